//! The credentials of a Digest request (RFC 7616 section 3.4).

#[cfg(test)]
mod tests;

use super::algorithm::{Algorithm, Hash};
use super::ha1::Ha1;
use super::parameters::Parameters;
use super::users::UserName;
use crate::right::Fault;

/// A cnonce is echoed, so that it is bounded; clients send up to 64 characters.
const LONGEST_CNONCE: usize = 256;

/// What was sent, in the form in which it is hashed.
pub(super) struct DigestCredentials<'a> {
    text: Parameters<'a>,
    name: String,
    userhash: bool,
    pub(super) algorithm: Algorithm,
    pub(super) count: u32,
    response: Hash,
}

impl<'a> DigestCredentials<'a> {
    /// Reads them, all or nothing. What is missing or not as it should be is malformed (`standards.md` row 56); what
    /// is whole, but of an algorithm that is not `allowed`, is of a kind that is not taken here.
    pub(super) fn read(credential: &'a [u8], allowed: &[Algorithm]) -> Result<Self, Fault> {
        let text = std::str::from_utf8(credential).ok().and_then(Parameters::read).ok_or(Fault::Malformed)?;
        let count = count_of_complete(&text).ok_or(Fault::Malformed)?;
        // RFC 7616 section 3.4: the server's choice is to be sent back; without one it is MD5's.
        let algorithm = text.get("algorithm").map_or(Some(Algorithm::Md5), Algorithm::named);
        let algorithm = algorithm.filter(|known| allowed.contains(known)).ok_or(Fault::Rejected)?;
        Self::of(text, count, algorithm).ok_or(Fault::Malformed)
    }

    fn of(text: Parameters<'a>, count: u32, algorithm: Algorithm) -> Option<Self> {
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

    /// One that [`count_of_complete`] has seen.
    fn get(&self, name: &str) -> &str {
        self.text.get(name).unwrap_or_default()
    }

    /// Whether the response is the one that follows from this H(A1) (RFC 7616 section 3.4.1). Compares in constant
    /// time.
    pub(super) fn are_right(&self, ha1: &Ha1, method: &str) -> bool {
        ha1.algorithm() == self.algorithm && self.keyed(ha1, method).equals(&self.response)
    }

    /// RFC 7616 section 3.5: that the server knows the password, too, and which request it answers.
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

/// The count, if all is there that has to be, whatever the algorithm.
fn count_of_complete(text: &Parameters<'_>) -> Option<u32> {
    ["realm", "uri", "response"].into_iter().all(|name| text.get(name).is_some()).then_some(())?;
    text.get("username").or_else(|| text.get("username*"))?;
    text.get("qop").filter(|qop| *qop == "auth")?;
    text.get("nonce").filter(|nonce| nonce.bytes().all(is_plain))?;
    text.get("cnonce").filter(|cnonce| cnonce.len() <= LONGEST_CNONCE && cnonce.bytes().all(is_plain))?;
    count(text.get("nc")?)
}

/// Printable ASCII: what stands in a nonce, and what can be echoed.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

/// Either `username` or `username*`; hashed, it is as many hexadecimal digits as a hash of the algorithm has.
fn user_name(text: &Parameters<'_>, hashed: Option<Algorithm>) -> Option<String> {
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

/// An ext-value (RFC 8187 section 3.2.1) of UTF-8.
fn extended(value: &str) -> Option<String> {
    let (charset, rest) = value.split_once('\'')?;
    let (_language, encoded) = rest.split_once('\'')?;
    if !charset.eq_ignore_ascii_case("UTF-8") {
        return None;
    }
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let mut digit = || rest.next().and_then(|it| char::from(it).to_digit(16));
                bytes.push(u8::try_from(digit()? << 4 | digit()?).ok()?);
            }
            // The characters of a token that are no attr-char.
            b'\'' | b'*' => return None,
            _ => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok()
}

/// Exactly eight hexadecimal digits (`standards.md` row 57). The first request is 1.
fn count(text: &str) -> Option<u32> {
    let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    u32::from_str_radix(text, 16).ok().filter(|count| digits && *count > 0)
}
