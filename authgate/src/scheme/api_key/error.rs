use std::error::Error;
use std::fmt;

/// An API key that cannot be created or used. The message states the reason and the fix, and never
/// contains the key.
///
/// # Examples
///
/// ```
/// use authgate::scheme::api_key::{ApiKeyError, NewKey};
///
/// let error: ApiKeyError = NewKey::generate("no spaces").unwrap_err();
/// println!("{error}");
/// ```
#[derive(Debug)]
pub struct ApiKeyError(Problem);

#[derive(Debug)]
pub(super) enum Problem {
    Short { length: usize, least: usize },
    Long { length: usize, most: usize },
    Characters,
    Guessable,
    Digest,
    Taken,
    Prefix,
    Random(getrandom::Error),
}

impl From<Problem> for ApiKeyError {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl fmt::Display for ApiKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MAKE_ONE: &str =
            "generate one with `NewKey::generate(\"acme\")`, or with `openssl rand -hex 32`";
        match &self.0 {
            Problem::Short { length, least } => {
                write!(f, "the key has {length} characters, but at least {least} are required: {MAKE_ONE}")
            }
            Problem::Long { length, most } => {
                write!(f, "the key has {length} characters, but at most {most} are allowed: {MAKE_ONE}")
            }
            Problem::Characters => write!(
                f,
                "the key has characters that are not safe in a header field: use printable ASCII without spaces and \
                 commas, or {MAKE_ONE}"
            ),
            Problem::Guessable => {
                write!(f, "the key can be guessed, because it is a repetition or a sequence: {MAKE_ONE}")
            }
            Problem::Digest => f.write_str(
                "invalid digest of a key: write the 64 hexadecimal digits of its SHA-256, in the format of `KeyDigest`",
            ),
            Problem::Taken => f.write_str(
                "duplicate key: use one key per holder, and `remove` a revoked key before inserting it again",
            ),
            Problem::Prefix => f.write_str(
                "the prefix cannot be recognized in text: write up to 32 letters, digits and single `_` between them, \
                 and a letter first, such as \"acme_live\"",
            ),
            Problem::Random(_) => f.write_str("the system has no random numbers for a key"),
        }
    }
}

impl Error for ApiKeyError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            Problem::Random(error) => Some(error),
            _ => None,
        }
    }
}
