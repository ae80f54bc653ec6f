use std::collections::{BTreeMap, HashMap};
use std::fmt;

use super::algorithm::DigestAlgorithm;
use super::ha1::Ha1;
use super::users::{DigestUsers, Found, Sought, UserName, userhash};
use crate::ConfigError;

/// An in-memory table of the users of one realm.
///
/// # Examples
///
/// ```
/// use authgate::scheme::digest::{Ha1, InMemoryDigestUsers};
///
/// #[derive(Clone, authgate::Principal)]
/// struct User {
///     #[principal(id)]
///     name: String,
/// }
///
/// impl User {
///     fn new(name: &str) -> Self {
///         Self { name: name.to_owned() }
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let users = InMemoryDigestUsers::new("api")
///     .user("reader", "wonderland", User::new("reader"))
///     .stored("chief", [Ha1::sha256("chief", "api", "a password")], User::new("chief"));
///
/// // Or from the text of an htdigest file:
/// let text = "reader:api:10a82b5e7d82cf43f9e5b4a8f5ab6f8c10a82b5e7d82cf43f9e5b4a8f5ab6f8c";
/// let users = InMemoryDigestUsers::from_htdigest("api", text, User::new)?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct InMemoryDigestUsers<P> {
    realm: String,
    users: HashMap<String, Stored<P>>,
    names: HashMap<String, String>,
    mistake: Option<ConfigError>,
}

#[derive(Clone)]
struct Stored<P> {
    ha1s: Vec<Ha1>,
    principal: P,
}

impl<P> InMemoryDigestUsers<P> {
    /// Creates an empty table for a realm.
    #[must_use]
    pub fn new(realm: impl Into<String>) -> Self {
        Self { realm: realm.into(), users: HashMap::new(), names: HashMap::new(), mistake: None }
    }

    /// Adds a user with a password. The table keeps only its H(A1) for SHA-256.
    #[must_use]
    pub fn user(self, name: &str, password: &str, principal: P) -> Self {
        let ha1 = Ha1::sha256(name, &self.realm, password);
        self.stored(name, [ha1], principal)
    }

    /// Adds a user with stored hashes: one H(A1) per algorithm.
    #[must_use]
    pub fn stored(mut self, name: &str, ha1s: impl IntoIterator<Item = Ha1>, principal: P) -> Self {
        let ha1s: Vec<_> = ha1s.into_iter().collect();
        let mistake = if name.is_empty() || name.contains(|it: char| it == ':' || it.is_control()) {
            Some("is not valid in Digest: write a name without colons and control characters")
        } else if self.users.contains_key(name) {
            Some("is a duplicate: pass all hashes of a user at once, `.stored(name, [..], ..)`")
        } else if ha1s.iter().enumerate().any(|(at, ha1)| of(ha1s.iter().take(at), ha1.algorithm()).is_some())
        {
            Some("has two H(A1) of one algorithm: remove one of them")
        } else {
            None
        };
        if let Some(mistake) = mistake {
            let mistake = ConfigError::new(format!("the user {name:?} {mistake}"));
            self.mistake.get_or_insert(mistake);
            return self;
        }
        for ha1 in &ha1s {
            self.names.insert(userhash(ha1.algorithm(), name, &self.realm), name.to_owned());
        }
        self.users.insert(name.to_owned(), Stored { ha1s, principal });
        self
    }

    /// Parses an htdigest file: one `user:realm:H(A1)` per line. The number of digits determines
    /// the algorithm, SHA-256 or MD5.
    ///
    /// Skips empty lines, comments that start with `#`, and lines of other realms. `principal`
    /// converts a user name into a principal.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if a line is malformed, repeats a user and an algorithm, or has an
    /// invalid user name. The error states the line number or the user name, and never a hash.
    pub fn from_htdigest(
        realm: impl Into<String>,
        text: &str,
        mut principal: impl FnMut(&str) -> P,
    ) -> Result<Self, ConfigError> {
        let mut table = Self::new(realm);
        let mut users: BTreeMap<&str, Vec<Ha1>> = BTreeMap::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = |what: &str| ConfigError::new(format!("line {number} of the htdigest text {what}"));
            let parts = line.split_once(':').and_then(|(name, rest)| Some((name, rest.rsplit_once(':')?)));
            let Some((name, (realm, ha1))) = parts else {
                return Err(wrong("is not of the form `user:realm:hash`"));
            };
            let ha1: Ha1 = ha1.parse().map_err(|error| wrong(&format!("has an {error}")))?;
            if realm != table.realm {
                continue;
            }
            let ha1s = users.entry(name).or_default();
            if of(ha1s.iter(), ha1.algorithm()).is_some() {
                return Err(wrong("repeats a user and an algorithm: remove one of the lines"));
            }
            ha1s.push(ha1);
        }
        for (name, ha1s) in users {
            let principal = principal(name);
            table = table.stored(name, ha1s, principal);
        }
        table.mistake.clone().map_or(Ok(table), Err)
    }
}

fn of<'a>(mut ha1s: impl Iterator<Item = &'a Ha1>, algorithm: DigestAlgorithm) -> Option<&'a Ha1> {
    ha1s.find(|ha1| ha1.algorithm() == algorithm)
}

impl<P: Clone + Send + Sync + 'static> DigestUsers<P> for InMemoryDigestUsers<P> {
    async fn find(&self, sought: Sought<'_>) -> Found<P> {
        let name = match sought.user {
            UserName::Plain(name) => Some(name),
            UserName::Hashed(hash) => self.names.get(hash).map(String::as_str),
        };
        let stored = name.and_then(|name| self.users.get(name));
        match stored.and_then(|stored| Some((stored, of(stored.ha1s.iter(), sought.algorithm)?))) {
            Some((stored, ha1)) => Found::Known(ha1.clone(), stored.principal.clone()),
            None => Found::Unknown,
        }
    }

    fn check(&self, realm: &str) -> Result<(), ConfigError> {
        if let Some(mistake) = &self.mistake {
            return Err(mistake.clone());
        }
        if self.realm != realm {
            return Err(ConfigError::new(format!(
                "the Digest scheme has the realm {realm:?}, but its users have {:?}, so that every password would be \
                 wrong: use the same realm for both",
                self.realm
            )));
        }
        Ok(())
    }
}

/// Prints the realm and the number of users.
impl<P> fmt::Debug for InMemoryDigestUsers<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InMemoryDigestUsers")
            .field("realm", &self.realm)
            .field("users", &self.users.len())
            .finish_non_exhaustive()
    }
}
