//! The issuers that a verifier trusts.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::claims::Audience;
#[cfg(feature = "oauth")]
use super::remote::introspection::IssuerIntrospection;
#[cfg(feature = "oauth")]
use super::remote::{KeySet, Remote};
#[cfg(feature = "oauth")]
use super::template::Template;
use super::{Algorithm, IntoKeys, IssuerKeys, KeyError};
#[cfg(feature = "oauth")]
use crate::dangerous::Weaker;
use crate::error::ConfigError;

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
    /// A setting that does not match the keys.
    pub(super) misused: Option<Arc<KeyError>>,
    #[cfg(feature = "oauth")]
    pub(super) remote: Option<Remote>,
    #[cfg(feature = "oauth")]
    pub(super) introspection: Option<IssuerIntrospection>,
    /// More names, by a pattern.
    #[cfg(feature = "oauth")]
    pub(super) template: Option<Template>,
}

impl Issuer {
    /// Creates an issuer whose tokens have this `iss` and are signed with one of these keys. The
    /// `iss` must match exactly (RFC 9068 section 4).
    #[must_use]
    pub fn with_keys(name: impl Into<String>, keys: impl IntoKeys) -> Self {
        Self {
            names: vec![name.into().into()],
            keys: keys.into(),
            audience: None,
            misused: None,
            #[cfg(feature = "oauth")]
            remote: None,
            #[cfg(feature = "oauth")]
            introspection: None,
            #[cfg(feature = "oauth")]
            template: None,
        }
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

    /// Sets the algorithms of keys that do not name one, as [`Keys::algorithms`] does. Fetched keys
    /// that cannot be used with one of them are skipped.
    ///
    /// An algorithm that does not match the keys is an error when the gate is built. So are keys
    /// that are replaced later: their algorithms are set before
    /// [`replace`](crate::scheme::RotatingKeys::replace).
    ///
    /// [`Keys::algorithms`]: crate::scheme::Keys::algorithms
    #[must_use]
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        #[cfg(feature = "oauth")]
        if self.remote.is_some() {
            return self.algorithms_of_fetched(algorithms);
        }
        match self.keys.algorithms(algorithms) {
            Ok(keys) => self.keys = keys,
            Err(error) => self.misused = Some(Arc::new(error)),
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
    pub(super) fn named(&self, name: &str) -> Option<Arc<str>> {
        #[cfg(feature = "oauth")]
        if self.template.is_some() && name == self.name() {
            // The name of no tenant.
            return None;
        }
        let own = self.names.iter().find(|own| ***own == *name).cloned();
        #[cfg(feature = "oauth")]
        let own = own.or_else(|| self.template.as_ref()?.takes(name).then(|| name.into()));
        own
    }

    /// Starts to fetch the keys, if they are fetched, and prepares the introspection.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the issuer cannot be reached with these settings.
    #[cfg(feature = "oauth")]
    pub(crate) fn start(&self) -> Result<(), ConfigError> {
        let Some(remote) = &self.remote else { return Ok(()) };
        if let IssuerKeys::Rotating(keys) = &self.keys {
            remote.start(keys)?;
        }
        self.introspection.as_ref().map_or(Ok(()), |introspection| introspection.start(remote, &self.keys))
    }

    #[cfg(feature = "oauth")]
    pub(crate) fn weaker(&self) -> Vec<Weaker> {
        let of_remote = self.remote.as_ref().and_then(Remote::weaker);
        let of_introspection = self.introspection.iter().flat_map(IssuerIntrospection::weaker);
        of_remote.into_iter().chain(of_introspection).collect()
    }

    /// Returns the name for clients. The name of a template is not one.
    #[cfg(feature = "oauth")]
    pub(crate) fn identifier(&self) -> Option<&str> {
        self.template.is_none().then(|| self.name())
    }

    /// Returns `true` if the keys are fetched.
    #[cfg(feature = "oauth")]
    pub(crate) const fn is_remote(&self) -> bool {
        self.remote.is_some()
    }

    /// Returns the fetched keys, once they are started.
    #[cfg(feature = "oauth")]
    pub(crate) fn key_set(&self) -> Option<&Arc<KeySet>> {
        self.remote.as_ref()?.key_set()
    }

    /// Checks that the algorithms match the keys, and that every key can be selected by a token.
    ///
    /// # Errors
    ///
    /// Returns [`KeyError`] otherwise.
    pub(crate) fn check_keys(&self) -> Result<(), KeyError> {
        #[cfg(feature = "oauth")]
        if let Some(template) = &self.template {
            template.check()?;
        }
        match &self.misused {
            Some(error) => Err(KeyError::new(error.to_string())),
            None => self.keys.check(),
        }
    }
}

/// The issuers that a verifier trusts. Finding one by name takes constant time, and one by pattern
/// takes one comparison per pattern.
#[derive(Clone, Debug)]
pub(crate) struct Issuers {
    all: Vec<Issuer>,
    by_name: HashMap<Arc<str>, usize>,
    /// `true` if the keys of an issuer are fetched.
    #[cfg(feature = "oauth")]
    pub(super) has_remote: bool,
    #[cfg(feature = "oauth")]
    pub(super) has_introspection: bool,
    /// The number of changes of this list.
    #[cfg(feature = "cache")]
    pub(super) version: u32,
}

impl Issuers {
    pub(crate) fn new(issuers: impl IntoIterator<Item = Issuer>) -> Self {
        let mut all = Self {
            all: Vec::new(),
            by_name: HashMap::new(),
            #[cfg(feature = "oauth")]
            has_remote: false,
            #[cfg(feature = "oauth")]
            has_introspection: false,
            #[cfg(feature = "cache")]
            version: 0,
        };
        issuers.into_iter().for_each(|issuer| all.add(issuer));
        all
    }

    /// Adds an issuer. `Bearer` rejects duplicate names when the gate is built.
    pub(crate) fn add(&mut self, issuer: Issuer) {
        for name in &issuer.names {
            self.by_name.entry(Arc::clone(name)).or_insert(self.all.len());
        }
        #[cfg(feature = "oauth")]
        {
            self.has_remote |= issuer.is_remote();
            self.has_introspection |= issuer.introspection.is_some();
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
        let found = self.by_name.get(name).and_then(|index| self.all.get(*index));
        #[cfg(feature = "oauth")]
        let found = found.or_else(|| {
            let by_pattern =
                |issuer: &&Issuer| issuer.template.as_ref().is_some_and(|template| template.takes(name));
            self.all.iter().find(by_pattern)
        });
        found
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

    /// Removes the issuer with this name or alias.
    #[cfg(feature = "oauth")]
    pub(crate) fn remove(&mut self, name: &str) -> bool {
        let version = self.version;
        let mut issuers = std::mem::take(&mut self.all);
        let before = issuers.len();
        issuers.retain(|issuer| issuer.names.iter().all(|own| **own != *name));
        let is_found = issuers.len() < before;
        *self = Self { version, ..Self::new(issuers) };
        is_found
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if self.as_slice().iter().flat_map(Issuer::names).any(|name| name.is_empty()) {
            return Err(ConfigError::new(
                "the name of an issuer is empty: write the value of the tokens' `iss`, such as \
                 `.issuer(\"https://issuer.example\")`",
            ));
        }
        if let Some(name) =
            self.as_slice().iter().flat_map(Issuer::names).find(|name| name.trim().len() < name.len())
        {
            return Err(ConfigError::new(format!(
                "the name of the issuer {name:?} begins or ends with white space: remove it"
            )));
        }
        for issuer in self.as_slice() {
            let in_issuer = |error| ConfigError::new(format!("the issuer {:?}: {error}", issuer.name()));
            issuer.check_keys().map_err(in_issuer)?;
        }
        if let Some(name) = self.repeated() {
            return Err(ConfigError::new(format!(
                "the issuer {name:?} is trusted twice: join its keys with `Keys::and(..)`, and name each alias once"
            )));
        }
        #[cfg(feature = "oauth")]
        self.check_token_prefixes()?;
        if let Some((one, other)) = self.with_a_common_key() {
            return Err(ConfigError::new(format!(
                "the issuers {:?} and {:?} have a key in common, so that each could sign for the other: use different \
                 keys for each issuer, or `Issuer::alias(..)` for two names of one issuer",
                one.name(),
                other.name()
            )));
        }
        Ok(())
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
