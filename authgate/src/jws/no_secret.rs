//! Detects keys that are passed as a secret by mistake.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// The format of a key that was passed as a secret. With a public key as the secret, everyone who
/// has read the key could sign tokens (RFC 8725 section 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoSecret {
    Pem,
    Der,
    Jwk,
    OpenSsh,
}

impl NoSecret {
    pub(super) fn of(secret: &[u8]) -> Option<Self> {
        // Text may precede the first line (RFC 7468 section 2).
        let begin = b"-----BEGIN ";
        let text = secret.trim_ascii();
        if text.windows(begin.len()).any(|window| window == begin) {
            Some(Self::Pem)
        } else if is_jwk(text) {
            Some(Self::Jwk)
        } else if text.starts_with(b"ssh-") || text.starts_with(b"ecdsa-sha2-") {
            Some(Self::OpenSsh)
        } else if is_der(secret) || is_der(text) || STANDARD.decode(text).is_ok_and(|der| is_der(&der)) {
            Some(Self::Der)
        } else {
            None
        }
    }

    /// Returns the name of the format and the suggestion for the error message.
    pub(super) const fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::Pem => ("a PEM file", "for a public key write `Keys::pem(..)`"),
            Self::Der => ("a key in DER", "for a public key write `Keys::pem(..)`, and give it as PEM"),
            Self::Jwk => (
                "JSON of a key",
                "for public keys write `Keys::jwks(..)`, and of a secret give what its `k` decodes to",
            ),
            Self::OpenSsh => (
                "a key of OpenSSH",
                "for a public key write `Keys::pem(..)`, and give what `ssh-keygen -e -m pkcs8` prints",
            ),
        }
    }
}

/// Returns `true` for a JWK, a JWK Set or an array of JWKs (RFC 7517).
fn is_jwk(secret: &[u8]) -> bool {
    let is_of_key = |value: &Value| value.get("kty").or(value.get("keys")).is_some();
    serde_json::from_slice::<Value>(secret).is_ok_and(|json| match &json {
        Value::Array(values) => values.iter().any(is_of_key),
        value => is_of_key(value),
    })
}

/// Returns `true` for a key or certificate in DER. Both are a single sequence that starts with a
/// sequence, a long integer or a version number. About one in ten million random secrets matches.
fn is_der(secret: &[u8]) -> bool {
    let Some((body, [])) = content(0x30, secret) else { return false };
    match (content(0x30, body), content(2, body)) {
        (Some((first, _)), _) => !first.is_empty(),
        (None, Some((number, _))) => matches!(number, [0 | 1]) || number.len() > 127,
        (None, None) => false,
    }
}

/// Returns the contents of the first value and the remaining bytes, if the tag matches (X.690
/// section 8.1).
fn content(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (first, rest) = der.split_first()?;
    let (length, rest) = match rest.split_first()? {
        (short @ 0..=127, rest) => (usize::from(*short), rest),
        (129, [length, rest @ ..]) => (usize::from(*length), rest),
        (130, [high, low, rest @ ..]) => (usize::from(u16::from_be_bytes([*high, *low])), rest),
        _ => return None,
    };
    if *first == tag { rest.split_at_checked(length) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_in_other_forms_are_no_secrets() {
        let spki = b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00\xd7\x5a\x98\x01\x82\xb1\x0a\xb7\xd5\x4b\xfe\xd3\xc9\x64\
            \x07\x3a\x0e\xe1\x72\xf3\xda\xa6\x23\x25\xaf\x02\x1a\x68\xf7\x07\x51\x1a";
        let rsa = [b"\x30\x82\x01\x0a\x02\x82\x01\x01\x00".as_slice(), &[0xc7; 256], b"\x02\x03\x01\x00\x01"]
            .concat();
        let rsa_of_1024_bits =
            [b"\x30\x81\x89\x02\x81\x81\x00".as_slice(), &[0xc7; 128], b"\x02\x03\x01\x00\x01"].concat();
        for (form, keys) in [
            (
                NoSecret::Pem,
                vec![b"a key:\n-----BEGIN PUBLIC KEY-----\n".as_slice(), b"-----BEGIN RSA PRIVATE KEY-----"],
            ),
            (
                NoSecret::Der,
                vec![
                    spki.as_slice(),
                    &[spki, b"\r\n".as_slice()].concat(),
                    b"MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n",
                    &rsa,
                    &rsa_of_1024_bits,
                    // A private key (PKCS #8), and the beginning of a certificate.
                    b"\x30\x0a\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70",
                    b"\x30\x07\x30\x05\xa0\x03\x02\x01\x02",
                    b"\x30\x07\x30\x05\xa0\x03\x02\x01\x20",
                ],
            ),
            (NoSecret::OpenSsh, vec![b"ssh-ed25519 AAAAC3Nz", b"ecdsa-sha2-nistp256 AAAAE2Vj"]),
            (
                NoSecret::Jwk,
                vec![
                    br#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#.as_slice(),
                    br#" {"kty": "oct", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"} "#,
                    br#"{"keys":[]}"#,
                    br#"[{"kty":"RSA"}]"#,
                ],
            ),
        ] {
            for key in keys {
                assert_eq!(NoSecret::of(key), Some(form), "{:?}", String::from_utf8_lossy(key));
            }
        }
    }

    #[test]
    fn secrets_may_look_like_much() {
        for secret in [
            b"".as_slice(),
            b"a secret of at least 32 bytes, from a vault",
            b"{\"a\":\"JSON, and no key of any type\"}",
            b"{\"kty\": and so on, which is no JSON",
            b"0123456789abcdef0123456789abcdef0123456789abcdef",
            &[0x30; 64],
            // A trailing byte, a missing byte, other tags, a short integer, an empty sequence, no
            // length.
            b"\x30\x07\x30\x05\xa0\x03\x02\x01\x02\x02",
            b"\x30\x08\x30\x05\xa0\x03\x02\x01\x02",
            b"\x31\x07\x30\x05\xa0\x03\x02\x01\x02",
            b"\x30\x07\x31\x05\xa0\x03\x02\x01\x02",
            b"\x30\x07\x02\x05\x01\x02\x03\x04\x05",
            b"\x30\x02\x30\x00",
            b"\x30\x82",
            b"\x30",
        ] {
            assert_eq!(NoSecret::of(secret), None, "{:?}", String::from_utf8_lossy(secret));
        }
    }
}
