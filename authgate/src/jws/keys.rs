use std::collections::HashMap;

use super::key::Key;
use super::{Algorithm, KeyError};

/// The maximum number of an issuer's keys that are tried for one token. It bounds the cost of an
/// invalid token. An issuer with several keys names the right one in `kid` (OpenID Connect Core
/// section 10.1).
const MAX_KEYS_TRIED: usize = 8;

/// The keys that verify the tokens of one issuer: a secret, a public key, a JWK Set, or several of
/// them.
///
/// Each key is parsed, checked and prepared once. `Debug` shows only algorithms and ids.
///
/// # Examples
///
/// ```
/// use authgate::scheme::Keys;
///
/// // Tokens of both secrets are valid while the issuer replaces its secret.
/// let next = Keys::hs256("a secret of at least 32 bytes, the next")?.with_id("2027");
/// let last = Keys::hs256("a secret of at least 32 bytes, the last")?.with_id("2026");
/// let keys = next.and(last);
/// assert_eq!(format!("{keys:?}"), r#"Keys([HS256 "2027", HS256 "2026"])"#);
/// # Ok::<(), authgate::scheme::KeyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Keys(Vec<Key>);

impl Keys {
    /// Creates a key from a shared HS256 secret of at least 32 random bytes.
    ///
    /// # Errors
    ///
    /// Returns [`KeyError`] if the secret is shorter than the hash (RFC 7518 section 3.2). Returns
    /// [`KeyError`] if the bytes are a key in PEM, `OpenSSH` or JWK form.
    pub fn hs256(secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Key::hs256(secret.as_ref()).map(Self::one)
    }

    /// Creates a key from a shared HS384 secret of at least 48 random bytes.
    ///
    /// # Errors
    ///
    /// Returns [`KeyError`] if the secret is shorter than the hash (RFC 7518 section 3.2). Returns
    /// [`KeyError`] if the bytes are a key in PEM, `OpenSSH` or JWK form.
    pub fn hs384(secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Key::hs384(secret.as_ref()).map(Self::one)
    }

    /// Creates a key from a shared HS512 secret of at least 64 random bytes.
    ///
    /// # Errors
    ///
    /// Returns [`KeyError`] if the secret is shorter than the hash (RFC 7518 section 3.2). Returns
    /// [`KeyError`] if the bytes are a key in PEM, `OpenSSH` or JWK form.
    pub fn hs512(secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Key::hs512(secret.as_ref()).map(Self::one)
    }

    /// Appends the keys of `other`. Keys are tried in this order.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Sets the id (`kid`) of a secret or PEM key. A key that already has an id, such as one from a
    /// JWK Set, keeps it.
    ///
    /// A token with a `kid` is tried with the keys of that id, and then with the keys without an
    /// id. A token without a `kid` is tried with all keys of its algorithm: first those without an
    /// id. At most eight keys of its issuer are tried.
    ///
    /// At most eight keys of an algorithm may have no id or the same id. More are an error when the
    /// gate is built or the keys are replaced.
    ///
    /// Called on joined keys, this sets the same id on all of them. Set each id before
    /// [`and`](Self::and).
    #[must_use]
    pub fn with_id(mut self, kid: impl Into<String>) -> Self {
        let kid = kid.into().into_boxed_str();
        for key in &mut self.0 {
            key.id.get_or_insert_with(|| kid.clone());
        }
        self
    }

    /// Sets the algorithms of the keys that do not name one: PEM keys, and keys of a JWK Set
    /// without `alg`.
    ///
    /// Without this, such a key is used with one algorithm of its type, such as RS256. With it, the
    /// key is used with the algorithms of the list that match its type.
    ///
    /// # Examples
    ///
    /// ```
    /// use authgate::scheme::{Algorithm, KeyError, Keys};
    ///
    /// /// The keys of an issuer that signs with RSASSA-PSS and publishes its keys without `alg`.
    /// fn keys(jwks: &str) -> Result<Keys, KeyError> {
    ///     Keys::jwks(jwks)?.algorithms([Algorithm::PS256])
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`KeyError`] if a key has no algorithm of the list, or if an algorithm of the list
    /// matches no key.
    pub fn algorithms(self, algorithms: impl IntoIterator<Item = Algorithm>) -> Result<Self, KeyError> {
        let mut wanted: Vec<_> = Vec::new();
        for algorithm in algorithms {
            if !wanted.contains(&algorithm) {
                wanted.push(algorithm);
            }
        }
        let names = || wanted.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let mut keys = Vec::new();
        for key in self.0 {
            let before = keys.len();
            keys.extend(wanted.iter().filter_map(|algorithm| key.used_with(*algorithm)));
            if keys.len() == before {
                return Err(KeyError::new(format!(
                    "the key {key:?} cannot be used with any of the algorithms [{}]: add its algorithm",
                    names()
                )));
            }
        }
        match wanted.iter().find(|algorithm| !keys.iter().any(|key| key.algorithm == **algorithm)) {
            Some(unused) => {
                Err(KeyError::new(format!("no key can be used with {unused}: remove the algorithm")))
            }
            None => Ok(Self(keys)),
        }
    }

    /// Returns the keys to try for a token with this algorithm and `kid`, in order. A key without
    /// an id matches every token: some issuers send a `kid` with a shared secret.
    pub(super) fn candidates(&self, algorithm: Algorithm, id: Option<&str>) -> impl Iterator<Item = &Key> {
        let of_algorithm = move || self.0.iter().filter(move |key| key.algorithm == algorithm);
        let named = of_algorithm().filter(move |key| id.is_some() && key.id.as_deref() == id);
        let without = of_algorithm().filter(|key| key.id.is_none());
        let others = of_algorithm().filter(move |key| id.is_none() && key.id.is_some());
        named.chain(without).chain(others).take(MAX_KEYS_TRIED)
    }

    /// Checks that every key can be selected by a token. A key cannot be selected if too many keys
    /// with the same algorithm and id precede it.
    ///
    /// # Errors
    ///
    /// Returns [`KeyError`] if more than eight keys have the same algorithm and id.
    pub(crate) fn check(&self) -> Result<(), KeyError> {
        let mut alike = HashMap::new();
        for key in &self.0 {
            *alike.entry((key.algorithm, &key.id)).or_insert(0) += 1;
        }
        match alike.into_iter().find(|(_, count)| *count > MAX_KEYS_TRIED) {
            None => Ok(()),
            Some(((algorithm, id), count)) => {
                let id = id.as_ref().map_or("no id".to_owned(), |id| format!("the id {id:?}"));
                Err(KeyError::new(format!(
                    "{count} keys of {algorithm} have {id}, but a token is tried with at most {MAX_KEYS_TRIED}: set the \
                     `kid` of their tokens with `with_id(..)` before `and(..)`"
                )))
            }
        }
    }

    /// Returns a set without keys, which are fetched later.
    #[cfg(feature = "oauth")]
    pub(super) const fn none() -> Self {
        Self(Vec::new())
    }

    #[cfg(feature = "oauth")]
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Binds each key with a stated issuer to that issuer, unless it is `common`.
    #[cfg(feature = "oauth")]
    pub(super) fn bind_to_issuers(&mut self, common: &str) {
        for key in &mut self.0 {
            key.bound_to = key.stated_issuer.take().filter(|issuer| **issuer != *common);
        }
    }

    /// Returns the keys that can be used with one of the algorithms.
    #[cfg(feature = "oauth")]
    pub(super) fn only(&self, algorithms: &[Algorithm]) -> Self {
        let used = |key: &Key| {
            algorithms.iter().filter_map(|algorithm| key.used_with(*algorithm)).collect::<Vec<_>>()
        };
        Self(self.0.iter().flat_map(used).collect())
    }

    /// Returns `true` if both sets have a key in common.
    #[cfg(feature = "rotation")]
    pub(super) fn overlap(&self, other: &Self) -> bool {
        self.iter().any(|key| other.iter().any(|other| key.is_same(other)))
    }

    /// Returns `true` if both sets have the same keys with the same ids in the same order.
    #[cfg(feature = "rotation")]
    pub(super) fn are_same(&self, others: &Self) -> bool {
        let same = |(one, other): (&Key, &Key)| {
            #[cfg(feature = "oauth")]
            if one.bound_to != other.bound_to {
                return false;
            }
            one.algorithm == other.algorithm && one.id == other.id && one.is_same(other)
        };
        self.0.len() == others.0.len() && self.iter().zip(others.iter()).all(same)
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, Key> {
        self.0.iter()
    }

    pub(super) fn one(key: Key) -> Self {
        Self::of(vec![key])
    }

    pub(super) fn of(keys: Vec<Key>) -> Self {
        Self(keys)
    }
}
