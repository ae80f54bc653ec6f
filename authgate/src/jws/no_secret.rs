//! Detects the text forms of keys that are passed as a secret by mistake.

use serde_json::Value;

/// The format of a key that was passed as a secret. With a public key as the secret, everyone who
/// has read the key could sign tokens (RFC 8725 section 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EncodedKey {
    Pem,
    Jwk,
    OpenSsh,
}

impl EncodedKey {
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
        } else {
            None
        }
    }

    /// Returns the name of the format and the suggestion for the error message.
    pub(super) const fn name_and_hint(self) -> (&'static str, &'static str) {
        match self {
            Self::Pem => ("a PEM file", "use `Keys::pem(..)` for a public key"),
            Self::Jwk => (
                "a key in JSON",
                "use `Keys::jwks(..)` for public keys; for a secret, pass the decoded value of its `k`",
            ),
            Self::OpenSsh => (
                "an OpenSSH key",
                "use `Keys::pem(..)` for a public key, with the output of `ssh-keygen -e -m pkcs8`",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detects_pem_openssh_and_jwk_keys() {
        for (form, keys) in [
            (
                EncodedKey::Pem,
                vec![b"a key:\n-----BEGIN PUBLIC KEY-----\n".as_slice(), b"-----BEGIN RSA PRIVATE KEY-----"],
            ),
            (EncodedKey::OpenSsh, vec![b"ssh-ed25519 AAAAC3Nz", b"ecdsa-sha2-nistp256 AAAAE2Vj"]),
            (
                EncodedKey::Jwk,
                vec![
                    br#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#.as_slice(),
                    br#" {"kty": "oct", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"} "#,
                    br#"{"keys":[]}"#,
                    br#"[{"kty":"RSA"}]"#,
                ],
            ),
        ] {
            for key in keys {
                assert_eq!(EncodedKey::of(key), Some(form), "{:?}", String::from_utf8_lossy(key));
            }
        }
    }

    #[test]
    fn accepts_other_secrets() {
        for secret in [
            b"".as_slice(),
            b"a secret of at least 32 bytes, from a vault",
            b"{\"a\":\"JSON, and no key of any type\"}",
            b"{\"kty\": and so on, which is no JSON",
            b"0123456789abcdef0123456789abcdef0123456789abcdef",
            &[0x30; 64],
        ] {
            assert_eq!(EncodedKey::of(secret), None, "{:?}", String::from_utf8_lossy(secret));
        }
    }
}
