use std::collections::HashMap;

use super::key::Key;
use super::key_error::Problem;
use super::{Algorithm, KeyError};

/// How many keys of an issuer one token is tried with, so that a bad one costs a bounded multiple of a good one. An issuer with
/// several keys says which (OpenID Connect Core section 10.1).
const MOST_TRIED: usize = 8;

/// The keys that tokens of one issuer are verified with: a secret, a public key, a JWK set, or several of them.
///
/// Each is read, checked and prepared once. `Debug` shows algorithms and ids only.
#[derive(Clone, Debug)]
pub struct Keys(Vec<Key>);

impl Keys {
    /// The shared secret of HS256. Of at least 32 random bytes.
    ///
    /// # Errors
    /// The secret is shorter than the hash (RFC 7518 section 3.2), or is no secret but a
    /// key in PEM, in DER (or base64 of that), of `OpenSSH`, or a JWK.
    pub fn hs256(secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Key::hs256(secret.as_ref()).map(Self::one)
    }

    /// The shared secret of HS384. Of at least 48 random bytes.
    ///
    /// # Errors
    /// The secret is shorter than the hash (RFC 7518 section 3.2), or is no secret but a
    /// key in PEM, in DER (or base64 of that), of `OpenSSH`, or a JWK.
    pub fn hs384(secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Key::hs384(secret.as_ref()).map(Self::one)
    }

    /// The shared secret of HS512. Of at least 64 random bytes.
    ///
    /// # Errors
    /// The secret is shorter than the hash (RFC 7518 section 3.2), or is no secret but a
    /// key in PEM, in DER (or base64 of that), of `OpenSSH`, or a JWK.
    pub fn hs512(secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Key::hs512(secret.as_ref()).map(Self::one)
    }

    /// These keys and the others, tried in this order.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The id (`kid`) of a secret or PEM key. A key that has an id, as those of a JWK set do, keeps it.
    ///
    /// A token with a `kid` is verified only with a key of that id; a token without one is tried with the keys of its
    /// algorithm: those without an id, then those with one, up to eight of its issuer. It is an error, where the gate is built
    /// or the keys are replaced, if more than eight keys of an algorithm have no id, or the same. Joined keys get one id all
    /// together: give each its own before [`and`](Self::and).
    #[must_use]
    pub fn with_id(mut self, kid: impl Into<String>) -> Self {
        let kid = kid.into().into_boxed_str();
        for key in &mut self.0 {
            key.id.get_or_insert_with(|| kid.clone());
        }
        self
    }

    /// The keys that a token of this algorithm is tried with, in this order: of the id that it names, or of any.
    pub(super) fn meant(&self, algorithm: Algorithm, id: Option<&str>) -> impl Iterator<Item = &Key> {
        let of_algorithm = move || self.0.iter().filter(move |key| key.algorithm == algorithm);
        let without = of_algorithm().filter(move |key| id.is_none() && key.id.is_none());
        let with =
            of_algorithm().filter(move |key| key.id.is_some() && (id.is_none() || key.id.as_deref() == id));
        without.chain(with).take(MOST_TRIED)
    }

    /// That none is there for nothing, since others come before it and no token can tell it from them.
    ///
    /// # Errors
    ///
    /// Says which are too many.
    pub(crate) fn check(&self) -> Result<(), KeyError> {
        let mut alike = HashMap::new();
        for key in &self.0 {
            *alike.entry((key.algorithm, &key.id)).or_insert(0) += 1;
        }
        match alike.into_iter().find(|(_, count)| *count > MOST_TRIED) {
            None => Ok(()),
            Some(((algorithm, id), count)) => {
                Err(Problem::Alike { algorithm, id: id.clone(), count, most: MOST_TRIED }.into())
            }
        }
    }

    /// Whether a key is among these and among the others.
    #[cfg(feature = "rotation")]
    pub(super) fn overlap(&self, other: &Self) -> bool {
        self.iter().any(|key| other.iter().any(|other| key.is_same(other)))
    }

    /// Whether they are the others, with the same ids, in the same order.
    #[cfg(feature = "rotation")]
    pub(super) fn are_same(&self, others: &Self) -> bool {
        let same = |(one, other): (&Key, &Key)| {
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
