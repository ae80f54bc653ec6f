use std::error::Error;
use std::fmt;

use super::no_secret::NoSecret;
use super::{Algorithm, public};

/// An error for a key that cannot be used.
///
/// The message states which key failed, why, and what to use instead. It never contains key
/// material.
///
/// # Examples
///
/// ```
/// use authgate::scheme::{KeyError, Keys};
///
/// let error: KeyError = Keys::hs256("too short").unwrap_err();
/// println!("{error}");
/// ```
#[derive(Debug)]
pub struct KeyError {
    /// The file and the key of the set. Empty if there is only one key.
    place: String,
    problem: Problem,
}

#[derive(Debug)]
pub(super) enum Problem {
    Short {
        algorithm: Algorithm,
        length: usize,
        least: usize,
    },
    NoSecret {
        algorithm: Algorithm,
        form: NoSecret,
    },
    Unusable,
    Alike {
        algorithm: Algorithm,
        id: Option<Box<str>>,
        count: usize,
        most: usize,
    },
    #[cfg(feature = "rotation")]
    OfAnother {
        issuer: String,
    },
    Public(public::Problem),
}

impl KeyError {
    /// Prefixes the message with a place. The outermost place must be added last.
    #[cfg_attr(not(feature = "dalek"), expect(dead_code, reason = "without dalek, errors have one place"))]
    pub(super) fn at(mut self, place: impl fmt::Display) -> Self {
        self.place = format!("{place}: {}", self.place);
        self
    }
}

impl From<Problem> for KeyError {
    fn from(problem: Problem) -> Self {
        Self { place: String::new(), problem }
    }
}

impl From<public::Problem> for KeyError {
    fn from(problem: public::Problem) -> Self {
        Problem::Public(problem).into()
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.place, self.problem)
    }
}

impl Error for KeyError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.problem {
            Problem::Public(problem) => problem.source(),
            _ => None,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short { algorithm, length, least } => write!(
                f,
                "the secret has {length} bytes, but {algorithm} requires at least {least} (RFC 7518 section 3.2): \
                 generate one with `openssl rand -hex {least}`"
            ),
            Self::NoSecret { algorithm, form } => {
                let (what, instead) = form.told();
                write!(f, "expected a secret of {algorithm}, found {what}: {instead}")
            }
            Self::Unusable => f.write_str("the key cannot be used"),
            Self::Alike { algorithm, id, count, most } => {
                write!(f, "{count} keys of {algorithm} have ")?;
                match id {
                    Some(id) => write!(f, "the id {id:?}")?,
                    None => f.write_str("no id")?,
                }
                write!(
                    f,
                    ", but a token is tried with at most {most}: set the `kid` of their tokens with `with_id(..)` \
                     before `and(..)`"
                )
            }
            #[cfg(feature = "rotation")]
            Self::OfAnother { issuer } => write!(
                f,
                "one of the keys also belongs to the issuer {issuer:?}, so that each issuer could sign for the other: \
                 use different keys for each issuer"
            ),
            Self::Public(problem) => problem.fmt(f),
        }
    }
}
