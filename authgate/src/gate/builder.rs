use std::fmt;
use std::sync::Arc;

use super::{ConfigError, Entry, Gate, Inner, way_back};
use crate::denial::{Denial, Prepared, Render, Rendering};
use crate::right::Principal;
use crate::scheme::Scheme;

/// A [`Gate`] in the making.
#[must_use = "a gate is not there before `build()`"]
pub struct GateBuilder<P> {
    schemes: Vec<Box<dyn Scheme<P>>>,
    render: Option<Render>,
}

impl<P> fmt::Debug for GateBuilder<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GateBuilder").field("schemes", &self.schemes.len()).finish_non_exhaustive()
    }
}

impl<P: Principal> GateBuilder<P> {
    pub(super) fn new() -> Self {
        Self { schemes: Vec::new(), render: None }
    }

    /// Adds a scheme by which callers may prove who they are. Clients see the challenges in the order in which the
    /// schemes are added, `Bearer` before all others, since many know only the first (`standards.md` rows 7 and 9).
    pub fn scheme(mut self, scheme: impl Scheme<P>) -> Self {
        self.schemes.push(Box::new(scheme));
        self
    }

    /// Changes how denials look: a body, and header fields besides. `None` leaves one as it is. The status, the
    /// challenges and the caching are not the hook's to change, and a hook that panics is passed over.
    ///
    /// ```
    /// # use authgate::{Denial, Rendering, gate::GateBuilder};
    /// # fn example<P: authgate::Principal>(builder: GateBuilder<P>) -> GateBuilder<P> {
    /// builder.render(|denial: &Denial| {
    ///     let page = format!("<!doctype html><title>Acme</title><p>{}</p>", denial.reason().detail());
    ///     Some(Rendering::html(page))
    /// })
    /// # }
    /// ```
    pub fn render(mut self, render: impl Fn(&Denial) -> Option<Rendering> + Send + Sync + 'static) -> Self {
        self.render = Some(Arc::new(render));
        self
    }

    /// Makes the gate ready.
    ///
    /// # Errors
    ///
    /// The gate has no scheme, two of one name, or one that cannot work as it is configured.
    pub fn build(self) -> Result<Gate<P>, ConfigError> {
        if self.schemes.is_empty() {
            return Err(ConfigError::new(
                "a gate without a scheme lets nobody in: add one with `.scheme(..)`",
            ));
        }
        let mut schemes = Vec::with_capacity(self.schemes.len());
        for scheme in self.schemes {
            scheme.check()?;
            schemes.push((scheme.challenge(), scheme));
        }
        // Stable: among the others, the application's order stays.
        schemes.sort_by_key(|(challenge, _)| !challenge.scheme().eq_ignore_ascii_case("Bearer"));
        for (position, (challenge, _)) in schemes.iter().enumerate() {
            let name = challenge.scheme();
            if !challenge.is_well_formed() {
                return Err(ConfigError::new(format!(
                    "the challenge of `{name}` cannot be sent: its auth-scheme and the names of its parameters must be \
                     tokens (letters, digits and !#$%&'*+-.^_`|~)"
                )));
            }
            if challenge.get("realm").is_none_or(str::is_empty) {
                return Err(ConfigError::new(format!(
                    "the challenge of `{name}` has no realm: give it one that people can read, such as `.realm(\"api\")`"
                )));
            }
            let same = |other: &str| other.eq_ignore_ascii_case(name);
            if schemes.iter().take(position).any(|(other, _)| same(other.scheme())) {
                return Err(ConfigError::new(format!(
                    "two schemes of this gate are called `{name}`, so that nobody could tell whose a credential is: \
                     join them into one (a `Bearer` takes more issuers with `.trust(issuer, keys)`), or give each a \
                     gate of its own"
                )));
            }
        }
        let (challenges, schemes): (Vec<_>, Vec<_>) = schemes.into_iter().unzip();
        let fields: Vec<_> = schemes.iter().flat_map(|scheme| scheme.fields()).cloned().collect();
        let schemes: Box<[_]> = challenges
            .iter()
            .zip(schemes)
            .map(|(challenge, scheme)| Entry { name: challenge.scheme(), scheme })
            .collect();
        if schemes.iter().any(|entry| entry.scheme.answers()) {
            way_back::use_it();
        }
        let prepared = Arc::new(Prepared::new(challenges, &fields, self.render));
        Ok(Gate { inner: Arc::new(Inner { schemes, prepared }) })
    }
}
