//! How and when a caller proved who he is.

use std::any::TypeId;
use std::sync::Arc;
use std::time::SystemTime;

use crate::right::{Tenant, canonical};

/// How and when a caller proved who he is: what a proof knows besides the principal.
///
/// A clone costs no allocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    scheme: &'static str,
    authenticated_at: Option<SystemTime>,
    expires_at: Option<SystemTime>,
    token_id: Option<Arc<str>>,
    issuer: Option<Arc<str>>,
    /// What few callers have, in one place.
    more: Option<Arc<More>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct More {
    acr: Option<Box<str>>,
    amr: Box<[Box<str>]>,
    tenants: Vec<(TypeId, Box<str>)>,
}

impl Context {
    /// Proved by this auth-scheme, and nothing else known.
    #[must_use]
    pub const fn of(scheme: &'static str) -> Self {
        Self { scheme, authenticated_at: None, expires_at: None, token_id: None, issuer: None, more: None }
    }

    /// Whatever the scheme has said: the one that has been asked.
    pub(crate) const fn set_scheme(&mut self, scheme: &'static str) {
        self.scheme = scheme;
    }

    /// Sets when the caller last proved himself in person.
    #[must_use]
    pub fn with_authenticated_at(mut self, at: impl Into<Option<SystemTime>>) -> Self {
        self.authenticated_at = at.into();
        self
    }

    /// Sets when the credential ends.
    #[must_use]
    pub fn with_expires_at(mut self, at: impl Into<Option<SystemTime>>) -> Self {
        self.expires_at = at.into();
        self
    }

    /// Sets the credential's own id.
    #[must_use]
    pub fn with_token_id(mut self, id: impl Into<Option<Arc<str>>>) -> Self {
        self.token_id = id.into();
        self
    }

    /// Sets who has issued the credential.
    #[must_use]
    pub fn with_issuer(mut self, issuer: impl Into<Option<Arc<str>>>) -> Self {
        self.issuer = issuer.into();
        self
    }

    /// Sets the authentication context class of the login.
    #[must_use]
    pub fn with_acr(mut self, class: impl Into<Option<Box<str>>>) -> Self {
        let class = class.into();
        if class.is_some() || self.more.is_some() {
            self.more().acr = class;
        }
        self
    }

    /// Sets the authentication methods of the login.
    #[must_use]
    pub fn with_amr(mut self, methods: impl IntoIterator<Item = Box<str>>) -> Self {
        let methods: Box<[_]> = methods.into_iter().collect();
        if !methods.is_empty() || self.more.is_some() {
            self.more().amr = methods;
        }
        self
    }

    /// Sets both, where a token has them.
    pub(crate) fn with_login(
        self,
        class: Option<Box<str>>,
        methods: Option<impl Iterator<Item = Box<str>>>,
    ) -> Self {
        match (class, methods) {
            (None, None) => self,
            (class, Some(methods)) => self.with_acr(class).with_amr(methods),
            (class, None) => self.with_acr(class),
        }
    }

    /// For this one to write to: what clones share stays as it is.
    fn more(&mut self) -> &mut More {
        Arc::make_mut(self.more.get_or_insert_default())
    }

    /// Sets the tenant that the request is about to the canonical form of the name, in place of an earlier one. Returns `false`,
    /// and leaves the tenant unknown, if the name has no canonical form.
    pub(crate) fn set_tenant<T: Tenant>(&mut self, name: &str) -> bool {
        let canonical = canonical::<T>(name);
        let tenants = &mut self.more().tenants;
        tenants.retain(|(of, _)| *of != TypeId::of::<T>());
        tenants.extend(canonical.as_deref().map(|name| (TypeId::of::<T>(), name.into())));
        canonical.is_some()
    }

    /// The auth-scheme (RFC 9110 section 11.1) by which the caller was identified, such as `Bearer`.
    #[must_use]
    pub const fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// When the caller last proved himself in person, where the credential says so (`auth_time` of a token). Not
    /// when the credential was issued, and not when it was verified.
    #[must_use]
    pub const fn authenticated_at(&self) -> Option<SystemTime> {
        self.authenticated_at
    }

    /// When the credential ends (`exp` of a token), without leeway.
    #[must_use]
    pub const fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at
    }

    /// The credential's own id (`jti` of a token), by which it can be revoked or found in a log.
    #[must_use]
    pub fn token_id(&self) -> Option<&str> {
        self.token_id.as_deref()
    }

    /// Returns the issuer of the credential: for a token the name that [`Bearer::issuer`](crate::scheme::Bearer::issuer) or
    /// [`Bearer::trust`](crate::scheme::Bearer::trust) was given, which is the token's verified `iss` (RFC 7519 section
    /// 4.1.1). `None` for credentials without an issuer, such as a password or an API key.
    ///
    /// A subject is unique at its issuer only (RFC 7519 section 4.1.2). Where a gate trusts several issuers, the pair of
    /// issuer and subject identifies the caller.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    pub(crate) fn shared_issuer(&self) -> Option<Arc<str>> {
        self.issuer.clone()
    }

    /// The authentication context class of the login, where the credential says so (`acr` of a token, as OpenID
    /// Connect Core 1.0 section 2 has it).
    #[must_use]
    pub fn acr(&self) -> Option<&str> {
        self.more.as_ref()?.acr.as_deref()
    }

    /// The authentication methods of the login, where the credential says so (`amr` of a token; RFC 8176).
    pub fn amr(&self) -> impl Iterator<Item = &str> {
        self.more.iter().flat_map(|more| &more.amr).map(|method| &**method)
    }

    /// Returns the tenant in which a right was required: what the proof of an [`In<T, ..>`](crate::right::In) is about. The name
    /// is in its [canonical form](Tenant::CANONICAL).
    #[must_use]
    pub fn tenant<T: Tenant>(&self) -> Option<&str> {
        let tenants = &self.more.as_ref()?.tenants;
        tenants.iter().find(|(of, _)| *of == TypeId::of::<T>()).map(|(_, tenant)| &**tenant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_is_written_to_alone() {
        let one = Context::of("Bearer").with_acr(Box::from("silver")).with_amr([Box::from("pwd")]);
        let other = one.clone().with_acr(Box::from("gold"));
        assert_eq!((one.acr(), other.acr()), (Some("silver"), Some("gold")));
        assert!(other.amr().eq(["pwd"]));
    }

    #[test]
    fn a_clone_costs_no_allocation() {
        let context = Context::of("Bearer")
            .with_token_id(Arc::from("id-1"))
            .with_acr(Box::from("silver"))
            .with_amr([Box::from("pwd")]);
        let counted = allocation_counter::measure(|| drop(context.clone()));
        assert_eq!(counted.count_total, 0);
    }
}
