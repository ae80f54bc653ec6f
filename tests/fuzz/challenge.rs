use std::collections::HashSet;
use std::sync::Mutex;

use authgate::Gate;
use authgate::credentials::RequestCredentials;
use authgate::denial::{Challenge, CredentialError};
use authgate::scheme::{Answer, Outcome, Scheme};

use crate::app::{App, User};
use crate::bytes::Bytes;
use crate::read_challenge;

/// Challenges with any scheme, realm and parameters, some of them created per response. A strict
/// parser reads the sent challenges back and compares them. Challenges that cannot be sent are
/// rejected when the gate is built, or omitted.
pub fn challenge(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let fixed = Made::new(&mut bytes);
    let fresh: Vec<_> = (0..bytes.below(3)).map(|_| Made::new(&mut bytes)).collect();
    let gate = Gate::builder().scheme(Says { fixed: fixed.clone(), fresh: fresh.clone() }).build();
    let gate = match gate {
        Ok(gate) => gate,
        Err(error) => {
            assert!(!fixed.is_good() || !fixed.has_realm(), "{fixed:?} is all right: {error}");
            return;
        }
    };
    assert!(fixed.is_good(), "{fixed:?}");
    let answer = App::of(gate).ask(&[]);
    assert_eq!(answer.status, 401);
    let lines: Vec<_> = answer.challenges.iter().map(http::HeaderValue::as_bytes).collect();
    assert!(lines.iter().all(|line| line.iter().all(|byte| (b' '..=b'~').contains(byte))), "{lines:?}");
    let read = read_challenge::parse(&lines).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(read.len(), lines.len(), "each line is one challenge: {lines:?}");

    let mut expected: Vec<_> = fresh.iter().filter(|made| made.is_good()).collect();
    if expected.is_empty() {
        expected.push(&fixed);
    }
    assert_eq!(read.len(), expected.len(), "{lines:?}");
    for (read, made) in read.iter().zip(expected) {
        assert_eq!(read.scheme, made.scheme);
        assert_eq!(read.token68, None, "{lines:?}");
        let parameters: Vec<_> =
            read.parameters.iter().map(|it| (it.name.as_str(), it.value.clone(), it.quoted)).collect();
        assert_eq!(parameters, made.parameters(), "{lines:?}");
    }
}

/// The input of a challenge.
#[derive(Clone, Debug)]
struct Made {
    scheme: &'static str,
    /// Name, value, and whether the value is quoted.
    said: Vec<(&'static str, String, bool)>,
}

impl Made {
    fn new(bytes: &mut Bytes<'_>) -> Self {
        let scheme = name(bytes, &["Bearer", "Basic", "Digest", "DPoP", "Negotiate", "x"]);
        let mut said = vec![("realm", if bytes.byte() == 0 { "api".to_owned() } else { bytes.text() }, true)];
        for _ in 0..bytes.below(5) {
            let name = name(bytes, &["realm", "error", "scope", "nonce", "Realm", "algorithm"]);
            let quoted = bytes.byte() % 2 == 0;
            said.push((name, bytes.text(), quoted));
        }
        Self { scheme, said }
    }

    fn challenge(&self) -> Challenge {
        self.said.iter().fold(Challenge::new(self.scheme), |challenge, (name, value, quoted)| {
            if *quoted { challenge.parameter(name, value) } else { challenge.token(name, value) }
        })
    }

    /// Returns the expected parameters. A repeated name keeps its last value, at the position of
    /// that value. RFC 6750 section 3 limits the characters of a quoted value, and RFC 9110 section
    /// 5.6.2 those of a token. A realm is always quoted (RFC 9110 section 11.5).
    fn parameters(&self) -> Vec<(&str, String, bool)> {
        let mut parameters: Vec<(&str, String, bool)> = Vec::new();
        for (name, value, quoted) in &self.said {
            let quoted = *quoted || name.eq_ignore_ascii_case("realm");
            let stands = |c: &char| {
                if quoted { (' '..='~').contains(c) && !"\"\\".contains(*c) } else { is_of_token(*c) }
            };
            parameters.retain(|(known, ..)| !known.eq_ignore_ascii_case(name));
            parameters.push((name, value.chars().filter(stands).collect(), quoted));
        }
        parameters
    }

    /// Returns `true` if there is a realm that is not empty when it is sent.
    fn has_realm(&self) -> bool {
        self.parameters().iter().any(|(name, value, _)| *name == "realm" && !value.is_empty())
    }

    /// Returns `true` if the challenge can be sent.
    fn is_good(&self) -> bool {
        let is_token = |text: &str| !text.is_empty() && text.chars().all(is_of_token);
        let parameters = self.parameters();
        is_token(self.scheme)
            && parameters.iter().all(|(name, value, quoted)| is_token(name) && (*quoted || is_token(value)))
    }
}

/// RFC 9110 section 5.6.2.
fn is_of_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

/// Returns a known name or a name made of bytes. New names are leaked to be `'static`, so their
/// number is limited.
fn name(bytes: &mut Bytes<'_>, known: &[&'static str]) -> &'static str {
    static NEW: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);
    if bytes.byte() % 2 == 0 {
        return bytes.one_of(known);
    }
    let text = bytes.text();
    let mut new = NEW.lock().expect("no panic");
    let new = new.get_or_insert_default();
    match new.get(text.as_str()) {
        Some(name) => name,
        None if new.len() < 100_000 => {
            let name: &'static str = text.leak();
            new.insert(name);
            name
        }
        None => known[0],
    }
}

/// A scheme with these challenges.
struct Says {
    fixed: Made,
    fresh: Vec<Made>,
}

impl Scheme<User> for Says {
    fn challenge(&self) -> Challenge {
        self.fixed.challenge()
    }

    fn fresh_challenges(&self, _: Option<CredentialError>) -> Vec<Challenge> {
        self.fresh.iter().map(Made::challenge).collect()
    }

    fn authenticate(&self, _: &RequestCredentials<'_>) -> Answer<User> {
        Outcome::Rejected(CredentialError::Rejected).into()
    }
}
