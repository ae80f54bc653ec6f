//! The issuers that a verifier trusts.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::claims::Audience;
use super::{Algorithm, IntoKeys, IssuerKeys, KeyError};

/// An issuer of tokens: its names, its keys, and what differs from the other issuers of a gate.
///
/// No other issuer of the gate may have one of the names or keys (RFC 8725 section 3.8).
///
/// # Examples
///
/// Microsoft Entra issues tokens under two names and signs them with the same keys:
///
/// ```
/// use authgate::scheme::{Algorithm, Issuer, Keys};
///
/// fn entra(keys: Keys, tenant: &str) -> Issuer {
///     Issuer::with_keys(format!("https://login.microsoftonline.com/{tenant}/v2.0"), keys)
///         .alias(format!("https://sts.windows.net/{tenant}/"))
///         .audience("api://reports")
///         .algorithms([Algorithm::RS256])
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Issuer {
    /// The name, and then the aliases.
    names: Vec<Arc<str>>,
    pub(crate) keys: IssuerKeys,
    /// Replaces the audience of the verifier.
    pub(crate) audience: Option<Audience>,
    /// The algorithms do not match the keys.
    wrong_algorithms: Option<Arc<KeyError>>,
}

impl Issuer {
    /// Creates an issuer whose tokens have this `iss` and are signed with one of these keys. The
    /// `iss` must match exactly (RFC 9068 section 4).
    #[must_use]
    pub fn with_keys(name: impl Into<String>, keys: impl IntoKeys) -> Self {
        Self { names: vec![name.into().into()], keys: keys.into(), audience: None, wrong_algorithms: None }
    }

    /// Adds another name under which the issuer issues tokens with the same keys.
    ///
    /// [`Context::issuer`](crate::Context::issuer), a field with `#[principal(issuer)]` and a rule
    /// with `issuer = ".."` see the name that is in the token. A subject is the same caller under
    /// each name.
    #[must_use]
    pub fn alias(mut self, name: impl Into<String>) -> Self {
        self.names.push(name.into().into());
        self
    }

    /// Adds a name of this service at this issuer. The tokens' `aud` must contain one of the names.
    /// Without one, the audience of the [`Bearer`](crate::scheme::Bearer) applies.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience.get_or_insert_with(|| Audience::OneOf(Vec::new())).add([audience.into()]);
        self
    }

    /// Reads the audience of this issuer's tokens from another claim than `aud`, as
    /// [`Bearer::audience_claim`](crate::scheme::Bearer::audience_claim) does.
    #[must_use]
    pub fn audience_claim<N: Into<String>>(
        mut self,
        claim: impl Into<String>,
        names: impl IntoIterator<Item = N>,
    ) -> Self {
        let audience = self.audience.get_or_insert_with(|| Audience::OneOf(Vec::new()));
        audience.read_from(claim.into());
        audience.add(names.into_iter().map(Into::into));
        self
    }

    /// Sets the algorithms of keys that do not name one, as [`Keys::algorithms`] does.
    ///
    /// An algorithm that does not match the keys is an error when the gate is built. So are keys
    /// that are replaced later: their algorithms are set before
    /// [`replace`](crate::scheme::RotatingKeys::replace).
    ///
    /// [`Keys::algorithms`]: crate::scheme::Keys::algorithms
    #[must_use]
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        match self.keys.algorithms(algorithms) {
            Ok(keys) => self.keys = keys,
            Err(error) => self.wrong_algorithms = Some(Arc::new(error)),
        }
        self
    }

    /// Sets the name. The keys of the first issuer are configured before its name.
    pub(crate) fn rename(&mut self, name: String) {
        if let Some(first) = self.names.first_mut() {
            *first = name.into();
        }
    }

    pub(crate) fn name(&self) -> &str {
        self.names.first().map_or("", |name| name)
    }

    pub(crate) fn names(&self) -> &[Arc<str>] {
        &self.names
    }

    /// Returns the name of this issuer that equals `name`.
    pub(super) fn named(&self, name: &str) -> Option<&Arc<str>> {
        self.names.iter().find(|own| ***own == *name)
    }

    /// Checks that the algorithms match the keys, and that every key can be selected by a token.
    ///
    /// # Errors
    ///
    /// Returns [`KeyError`] otherwise.
    pub(crate) fn check_keys(&self) -> Result<(), KeyError> {
        match &self.wrong_algorithms {
            Some(error) => Err(KeyError::new(error.to_string())),
            None => self.keys.check(),
        }
    }
}

/// The issuers that a verifier trusts. Finding one by name takes constant time.
#[derive(Clone, Debug)]
pub(crate) struct Issuers {
    all: Vec<Issuer>,
    by_name: HashMap<Arc<str>, usize>,
}

impl Issuers {
    pub(crate) fn new(issuers: impl IntoIterator<Item = Issuer>) -> Self {
        let mut all = Self { all: Vec::new(), by_name: HashMap::new() };
        issuers.into_iter().for_each(|issuer| all.add(issuer));
        all
    }

    /// Adds an issuer. `Bearer` rejects duplicate names when the gate is built.
    pub(crate) fn add(&mut self, issuer: Issuer) {
        for name in &issuer.names {
            self.by_name.entry(Arc::clone(name)).or_insert(self.all.len());
        }
        self.all.push(issuer);
    }

    /// Changes the first issuer, which exists before its names are known.
    pub(crate) fn change_first(&mut self, change: impl FnOnce(&mut Issuer)) {
        let mut issuers = std::mem::take(&mut self.all);
        if let Some(first) = issuers.first_mut() {
            change(first);
        }
        *self = Self::new(issuers);
    }

    /// Returns the issuer if there is exactly one. Its keys can be selected without the token's
    /// `iss`.
    pub(super) const fn only(&self) -> Option<&Issuer> {
        match self.all.as_slice() {
            [issuer] => Some(issuer),
            _ => None,
        }
    }

    pub(super) fn named(&self, name: &str) -> Option<&Issuer> {
        self.all.get(*self.by_name.get(name)?)
    }

    /// Returns a name that occurs more than once, at one issuer or at several.
    pub(crate) fn repeated(&self) -> Option<&str> {
        let names = || self.all.iter().flat_map(|issuer| &issuer.names);
        let mut seen = HashSet::new();
        names().find(|name| !seen.insert(*name)).map(|name| &**name)
    }

    /// Returns two issuers that share a key. Each could sign tokens for the other.
    pub(crate) fn with_a_common_key(&self) -> Option<(&Issuer, &Issuer)> {
        let mut owners: HashMap<_, &Issuer> = HashMap::new();
        for issuer in &self.all {
            let fingerprints = issuer.keys.fingerprints();
            if let Some(other) = fingerprints.iter().find_map(|trace| owners.get(trace)) {
                return Some((other, issuer));
            }
            owners.extend(fingerprints.into_iter().map(|trace| (trace, issuer)));
        }
        None
    }

    pub(crate) fn as_slice(&self) -> &[Issuer] {
        &self.all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jws::Keys;

    #[test]
    fn finds_issuers_by_their_exact_name_or_alias() {
        let keys = || Keys::hs256("a secret of at least 32 bytes, from a vault").unwrap();
        let unnamed = || Issuer::with_keys("", keys());
        let mut issuers = Issuers::new([unnamed()]);
        issuers.add(Issuer::with_keys("https://two.example", keys()).alias("https://zwei.example"));
        issuers.change_first(|first| first.rename("https://one.example".to_owned()));
        for (name, found) in [
            ("https://one.example", Some("https://one.example")),
            ("https://two.example", Some("https://two.example")),
            ("https://zwei.example", Some("https://two.example")),
            ("https://two.example/", None),
            ("https://TWO.example", None),
            ("", None),
        ] {
            assert_eq!(issuers.named(name).map(Issuer::name), found, "{name}");
        }
        assert!(issuers.only().is_none() && Issuers::new([unnamed()]).only().is_some());
        assert_eq!(issuers.repeated(), None);
        issuers.add(unnamed().alias("https://zwei.example"));
        assert_eq!(issuers.repeated(), Some("https://zwei.example"));
    }
}
