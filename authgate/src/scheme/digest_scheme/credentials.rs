//! The credentials of a Digest request (RFC 7616 section 3.4).

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::algorithm::{DigestAlgorithm, Hash};
use super::ha1::Ha1;
use super::parameters::Parameters;
use super::users::UserName;
use crate::right::CredentialError;

/// Bounded because the cnonce is echoed. Clients send up to 64 characters.
const LONGEST_CNONCE: usize = 256;

/// The parsed credentials, with the values in the form that is hashed.
pub(super) struct DigestCredentials {
    text: Parameters,
    name: String,
    userhash: bool,
    pub(super) algorithm: DigestAlgorithm,
    pub(super) count: u32,
    response: Hash,
}

impl DigestCredentials {
    /// Parses the credentials.
    ///
    /// Returns [`CredentialError::Malformed`] if a parameter is missing or invalid (RFC 7616
    /// section 3.4), and [`CredentialError::Rejected`] if the algorithm is not `allowed`.
    pub(super) fn read(credential: &[u8], allowed: &[DigestAlgorithm]) -> Result<Self, CredentialError> {
        let text = std::str::from_utf8(credential)
            .ok()
            .and_then(Parameters::read)
            .ok_or(CredentialError::Malformed)?;
        let count = count_of_complete(&text).ok_or(CredentialError::Malformed)?;
        // RFC 7616 section 3.4: clients echo the algorithm of the challenge. If it is missing, it
        // is MD5.
        let algorithm = text.get("algorithm").map_or(Some(DigestAlgorithm::Md5), DigestAlgorithm::named);
        let algorithm = algorithm.filter(|known| allowed.contains(known)).ok_or(CredentialError::Rejected)?;
        Self::of(text, count, algorithm).ok_or(CredentialError::Malformed)
    }

    fn of(text: Parameters, count: u32, algorithm: DigestAlgorithm) -> Option<Self> {
        let userhash = match text.get("userhash") {
            None => false,
            Some(value) if value.eq_ignore_ascii_case("false") => false,
            Some(value) if value.eq_ignore_ascii_case("true") => true,
            Some(_) => return None,
        };
        Some(Self {
            name: user_name(&text, userhash.then_some(algorithm))?,
            userhash,
            algorithm,
            count,
            response: Hash::from_hex(algorithm, text.get("response")?.as_bytes())?,
            text,
        })
    }

    pub(super) fn user(&self) -> UserName<'_> {
        if self.userhash { UserName::Hashed(&self.name) } else { UserName::Plain(&self.name) }
    }

    pub(super) fn realm(&self) -> &str {
        self.get("realm")
    }

    pub(super) fn nonce(&self) -> &str {
        self.get("nonce")
    }

    pub(super) fn uri(&self) -> &str {
        self.get("uri")
    }

    /// Returns a parameter that [`count_of_complete`] requires.
    fn get(&self, name: &str) -> &str {
        self.text.get(name).unwrap_or_default()
    }

    /// Returns `true` if the response follows from this H(A1) (RFC 7616 section 3.4.1). Compares in
    /// constant time.
    pub(super) fn verify(&self, ha1: &Ha1, method: &str) -> bool {
        ha1.algorithm() == self.algorithm && self.keyed(ha1, method).equals(&self.response)
    }

    /// Builds the `Authentication-Info` of RFC 7616 section 3.5, which proves that the server knows
    /// the password and names the request.
    pub(super) fn confirmation(&self, ha1: &Ha1, next_nonce: Option<&str>) -> String {
        let next = next_nonce.map(|nonce| format!(", nextnonce=\"{nonce}\"")).unwrap_or_default();
        format!(
            "rspauth=\"{}\", qop=auth, cnonce=\"{}\", nc={}{next}",
            self.keyed(ha1, "").hex(),
            self.get("cnonce").replace('\\', "\\\\").replace('"', "\\\""),
            self.get("nc"),
        )
    }

    fn keyed(&self, ha1: &Ha1, method: &str) -> Hash {
        let ha2 = self.algorithm.hash(&[method.as_bytes(), self.uri().as_bytes()]).hex();
        let parts = [self.nonce(), self.get("nc"), self.get("cnonce"), "auth", &ha2];
        ha1.keyed(&parts.map(str::as_bytes))
    }
}

/// Returns the count if all required parameters are present, for any algorithm.
fn count_of_complete(text: &Parameters) -> Option<u32> {
    ["realm", "uri", "response"].into_iter().all(|name| text.get(name).is_some()).then_some(())?;
    text.get("username").or_else(|| text.get("username*"))?;
    text.get("qop").filter(|qop| *qop == "auth")?;
    text.get("nonce").filter(|nonce| nonce.bytes().all(is_plain))?;
    text.get("cnonce").filter(|cnonce| cnonce.len() <= LONGEST_CNONCE && cnonce.bytes().all(is_plain))?;
    count(text.get("nc")?)
}

/// Returns `true` for printable ASCII, which a nonce consists of and a response can echo.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

/// Reads either `username` or `username*`. A hashed name has as many hexadecimal digits as a hash
/// of the algorithm.
fn user_name(text: &Parameters, hashed: Option<DigestAlgorithm>) -> Option<String> {
    let name = match (text.get("username"), text.unquoted("username*")) {
        (Some(name), None) => name.to_owned(),
        (None, Some(Some(value))) if hashed.is_none() => extended(value)?,
        _ => return None,
    };
    if let Some(algorithm) = hashed {
        return Hash::from_hex(algorithm, name.as_bytes()).map(|hash| hash.hex());
    }
    (!name.is_empty() && !name.contains(char::is_control)).then_some(name)
}

/// Decodes an ext-value in UTF-8 (RFC 8187 section 3.2.1).
fn extended(value: &str) -> Option<String> {
    let (charset, rest) = value.split_once('\'')?;
    let (_language, encoded) = rest.split_once('\'')?;
    if !charset.eq_ignore_ascii_case("UTF-8") {
        return None;
    }
    // `percent_decode_str` keeps a `%` that two hexadecimal digits do not follow.
    let is_escape = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    // `'` and `*` are token characters that an attr-char excludes.
    if encoded.contains(['\'', '*']) || !encoded.split('%').skip(1).all(is_escape) {
        return None;
    }
    percent_decode_str(encoded).decode_utf8().ok().map(Cow::into_owned)
}

/// Parses exactly eight hexadecimal digits (RFC 7616 section 3.5). The first request has count 1.
fn count(text: &str) -> Option<u32> {
    let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    u32::from_str_radix(text, 16).ok().filter(|count| digits && *count > 0)
}
