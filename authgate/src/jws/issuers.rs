//! The issuers that a verifier trusts.

use std::collections::HashMap;
use std::sync::Arc;

use super::IssuerKeys;

/// An issuer of tokens and its keys, which no other issuer may share (RFC 8725 section 3.8).
#[derive(Clone, Debug)]
pub(crate) struct Issuer {
    pub(crate) name: Arc<str>,
    pub(crate) keys: IssuerKeys,
}

impl Issuer {
    pub(crate) fn new(name: impl Into<Arc<str>>, keys: impl Into<IssuerKeys>) -> Self {
        Self { name: name.into(), keys: keys.into() }
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
        self.by_name.entry(Arc::clone(&issuer.name)).or_insert(self.all.len());
        self.all.push(issuer);
    }

    /// Sets the name of the first issuer, whose keys are configured before its name.
    pub(crate) fn name_first(&mut self, name: &str) {
        let mut issuers = std::mem::take(&mut self.all);
        if let Some(first) = issuers.first_mut() {
            first.name = name.into();
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

    /// Returns an issuer whose name occurs more than once.
    pub(crate) fn repeated(&self) -> Option<&Issuer> {
        let is_first = |(index, issuer): (usize, &Issuer)| self.by_name.get(&issuer.name) == Some(&index);
        self.all.iter().enumerate().find(|entry| !is_first(*entry)).map(|(_, issuer)| issuer)
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
    fn finds_issuers_by_their_exact_name() {
        let keys = || Keys::hs256("a secret of at least 32 bytes, from a vault").unwrap();
        let mut issuers = Issuers::new([Issuer::new("", keys())]);
        issuers.add(Issuer::new("https://two.example", keys()));
        issuers.name_first("https://one.example");
        for (name, found) in [
            ("https://one.example", Some("https://one.example")),
            ("https://two.example", Some("https://two.example")),
            ("https://two.example/", None),
            ("https://TWO.example", None),
            ("", None),
        ] {
            assert_eq!(issuers.named(name).map(|issuer| &*issuer.name), found, "{name}");
        }
        assert!(issuers.only().is_none() && Issuers::new([Issuer::new("", keys())]).only().is_some());
    }
}
