use super::KeyError;
use super::key::Key;

/// The keys that tokens of one issuer are verified with: a secret, a public key, a JWK set, or several of them.
///
/// Each is read, checked and prepared once. `Debug` shows algorithms and ids only.
#[derive(Clone, Debug)]
pub struct Keys(Vec<Key>);

impl Keys {
    /// The shared secret of HS256. Of at least 32 random bytes.
    ///
    /// # Errors
    /// The secret is shorter than the hash (RFC 7518 section 3.2), or is a key in another form: PEM, DER or JSON.
    pub fn hs256(secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Key::hs256(secret.as_ref()).map(Self::one)
    }

    /// The shared secret of HS384. Of at least 48 random bytes.
    ///
    /// # Errors
    /// The secret is shorter than the hash (RFC 7518 section 3.2), or is a key in another form: PEM, DER or JSON.
    pub fn hs384(secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Key::hs384(secret.as_ref()).map(Self::one)
    }

    /// The shared secret of HS512. Of at least 64 random bytes.
    ///
    /// # Errors
    /// The secret is shorter than the hash (RFC 7518 section 3.2), or is a key in another form: PEM, DER or JSON.
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
    /// A token with a `kid` is verified only with a key of that id, of which an issuer has two of one algorithm at most; a
    /// token without one is tried with the keys of its algorithm, up to 16 of them, of all issuers together.
    #[must_use]
    pub fn with_id(mut self, kid: impl Into<String>) -> Self {
        let kid = kid.into().into_boxed_str();
        for key in &mut self.0 {
            key.id.get_or_insert_with(|| kid.clone());
        }
        self
    }

    /// Whether a key is among these and among the others.
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
