//! How and when a caller authenticated.

mod stated;

use std::any::TypeId;
use std::sync::Arc;
use std::time::SystemTime;

use stated::Stated;
pub(crate) use stated::Statements;

use super::revocation::{DynRevocations, Revocations, Source};
use crate::right::{Actor, Tenant, canonical};

/// How and when a caller authenticated. Proofs contain it together with the principal.
///
/// Cloning does not allocate.
///
/// # Examples
///
/// ```
/// use authgate::Authenticated;
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// async fn me(user: Authenticated<User>) -> String {
///     format!("{}, authenticated by {}", user.sub, user.context().scheme())
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    scheme: &'static str,
    authenticated_at: Option<SystemTime>,
    expires_at: Option<SystemTime>,
    issuer: Option<Arc<str>>,
    /// Data that few callers have, in one allocation.
    more: Option<Arc<More>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct More {
    token_id: Option<Arc<str>>,
    revocations: Option<Source>,
    acr: Option<Box<str>>,
    amr: Box<[Box<str>]>,
    actor: Option<Actor>,
    /// The thumbprint of the key that the credential is bound to.
    #[cfg(feature = "oauth")]
    bound_key: Option<[u8; 32]>,
    stated: Option<Stated>,
    issued_at: Option<SystemTime>,
    tenants: Vec<(TypeId, Box<str>)>,
}

impl Context {
    /// Creates a context with only the auth-scheme.
    #[must_use]
    pub const fn of(scheme: &'static str) -> Self {
        Self { scheme, authenticated_at: None, expires_at: None, issuer: None, more: None }
    }

    /// Creates the context of a token, with the times of the login and of its expiry.
    #[inline]
    pub(crate) const fn of_token(
        scheme: &'static str,
        issuer: Arc<str>,
        (authenticated_at, expires_at): (Option<SystemTime>, Option<SystemTime>),
    ) -> Self {
        Self { scheme, authenticated_at, expires_at, issuer: Some(issuer), more: None }
    }

    /// Replaces the auth-scheme with that of the scheme that ran.
    pub(crate) const fn set_scheme(&mut self, scheme: &'static str) {
        self.scheme = scheme;
    }

    /// Sets the time when the caller last logged in.
    #[must_use]
    pub fn with_authenticated_at(mut self, at: impl Into<Option<SystemTime>>) -> Self {
        self.authenticated_at = at.into();
        self
    }

    /// Sets the expiry of the credential.
    #[must_use]
    pub fn with_expires_at(mut self, at: impl Into<Option<SystemTime>>) -> Self {
        self.expires_at = at.into();
        self
    }

    /// Sets the id of the credential.
    #[must_use]
    pub fn with_token_id(mut self, id: impl Into<Option<Arc<str>>>) -> Self {
        let id = id.into();
        if id.is_some() || self.more.is_some() {
            self.more().token_id = id;
        }
        self
    }

    /// Sets the issuer of the credential.
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

    /// Sets the party that acts for the caller.
    #[must_use]
    pub fn with_actor(mut self, actor: impl Into<Option<Actor>>) -> Self {
        let actor = actor.into();
        if actor.is_some() || self.more.is_some() {
            self.more().actor = actor;
        }
        self
    }

    #[cfg(feature = "oauth")]
    pub(crate) fn with_bound_key(mut self, thumbprint: Option<[u8; 32]>) -> Self {
        if thumbprint.is_some() || self.more.is_some() {
            self.more().bound_key = thumbprint;
        }
        self
    }

    /// Returns the thumbprint of the key that the credential is bound to (RFC 9449 section 6.1).
    #[cfg(feature = "oauth")]
    pub(crate) fn bound_key(&self) -> Option<&[u8; 32]> {
        self.more.as_ref()?.bound_key.as_ref()
    }

    /// Sets the source that [`Authenticated::expired`](crate::Authenticated::expired) asks whether
    /// the credential was revoked in the meantime.
    ///
    /// [`Bearer::revoked_by`](crate::scheme::Bearer::revoked_by) and sessions set it, and a scheme
    /// around another one inherits it. A custom scheme must check the credential of each request
    /// itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use authgate::Context;
    /// use authgate::scheme::bearer::InMemoryRevocations;
    ///
    /// fn context(ticket: &str, revoked: &Arc<InMemoryRevocations>) -> Context {
    ///     Context::of("Ticket").with_token_id(Arc::from(ticket)).with_revocations(Arc::clone(revoked))
    /// }
    /// ```
    #[must_use]
    pub fn with_revocations(self, source: Arc<impl Revocations>) -> Self {
        self.checked_with(source)
    }

    pub(crate) fn checked_with(mut self, source: Arc<dyn DynRevocations>) -> Self {
        self.more().revocations = Some(Source(source));
        self
    }

    pub(crate) fn revocations(&self) -> Option<&dyn DynRevocations> {
        Some(&*self.more.as_ref()?.revocations.as_ref()?.0)
    }

    /// Returns a copy to modify, which clones do not share.
    fn more(&mut self) -> &mut More {
        Arc::make_mut(self.more.get_or_insert_default())
    }

    /// Sets the tenant of the request to the canonical form of the name, and replaces an earlier
    /// one.
    ///
    /// Returns `false` if the name has no canonical form. The tenant is then unknown.
    pub(crate) fn set_tenant<T: Tenant>(&mut self, name: &str) -> bool {
        let canonical = canonical::<T>(name);
        let tenants = &mut self.more().tenants;
        tenants.retain(|(of, _)| *of != TypeId::of::<T>());
        tenants.extend(canonical.as_deref().map(|name| (TypeId::of::<T>(), name.into())));
        canonical.is_some()
    }

    /// Returns the auth-scheme (RFC 9110 section 11.1) that authenticated the caller, such as
    /// `Bearer`.
    #[must_use]
    pub const fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// Returns the time when the caller last logged in, if the credential states it (`auth_time` of
    /// a token). This is neither the time when the credential was issued nor when it was verified.
    #[must_use]
    pub const fn authenticated_at(&self) -> Option<SystemTime> {
        self.authenticated_at
    }

    /// Returns the expiry of the credential (`exp` of a token), without leeway.
    #[must_use]
    pub const fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at
    }

    /// Returns the id of the credential (`jti` of a token), which identifies it for revocation and
    /// in logs.
    #[must_use]
    pub fn token_id(&self) -> Option<&str> {
        self.more.as_ref()?.token_id.as_deref()
    }

    /// Returns the issuer of the credential. `None` for credentials without an issuer, such as a
    /// password or an API key.
    ///
    /// For a token, it is the verified `iss` (RFC 7519 section 4.1.1), which equals the name passed
    /// to [`Bearer::issuer`](crate::scheme::Bearer::issuer) or
    /// [`Bearer::trust`](crate::scheme::Bearer::trust), or the
    /// [alias](crate::scheme::Issuer::alias) that the token states.
    ///
    /// A subject is unique only within its issuer (RFC 7519 section 4.1.2). If a gate trusts
    /// several issuers, the pair of issuer and subject identifies the caller.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    pub(crate) fn shared_issuer(&self) -> Option<Arc<str>> {
        self.issuer.clone()
    }

    /// Returns the authentication context class of the login, if the credential states it (`acr` of
    /// a token, OpenID Connect Core 1.0 section 2).
    #[must_use]
    pub fn acr(&self) -> Option<&str> {
        self.more.as_ref()?.acr.as_deref()
    }

    /// Returns the authentication methods of the login, if the credential states them (`amr` of a
    /// token, RFC 8176).
    pub fn amr(&self) -> impl Iterator<Item = &str> {
        self.more.iter().flat_map(|more| &more.amr).map(|method| &**method)
    }

    /// Sets what the token states about the caller.
    pub(crate) fn with_statements(mut self, statements: Statements<'_>) -> Self {
        if let Some(stated) = Stated::new(statements) {
            self.more().stated = Some(stated);
        }
        self
    }

    pub(crate) fn with_issued_at(mut self, at: Option<SystemTime>) -> Self {
        if at.is_some() {
            self.more().issued_at = at;
        }
        self
    }

    /// Returns all that the token states about the caller, for the size of a cache.
    #[cfg(feature = "cache")]
    pub(crate) fn stated_text(&self) -> Option<&str> {
        self.stated().map(Stated::text)
    }

    fn stated(&self) -> Option<&Stated> {
        self.more.as_ref()?.stated.as_ref()
    }

    /// Returns the client that got the token (`client_id`, RFC 8693 section 4.3, or `azp`).
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.stated()?.client_id()
    }

    /// Returns the id of the login session at the issuer (`sid`, OpenID Connect Front-Channel
    /// Logout section 3).
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        self.stated()?.session_id()
    }

    /// Returns the scopes of the token (`scope`, RFC 8693 section 4.2, or `scp`), also those that
    /// are not in an enum of the application.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        let scopes = self.stated().and_then(Stated::scopes).unwrap_or_default();
        scopes.split(' ').filter(|scope| !scope.is_empty())
    }

    /// Returns the subject of the token (`sub`), if the scheme looks up revocations
    /// ([`Bearer::revoked_by`](crate::scheme::Bearer::revoked_by)). Together with
    /// [`issuer`](Self::issuer), it names the account whose tokens are revoked.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.stated()?.subject()
    }

    /// Returns the time at which the token was issued (`iat`), if the scheme looks up revocations.
    #[must_use]
    pub fn issued_at(&self) -> Option<SystemTime> {
        self.more.as_ref()?.issued_at
    }

    /// Returns the party that acts for the caller, if the credential is a delegated one (`act` of a
    /// token, RFC 8693 section 4.1).
    #[must_use]
    pub fn actor(&self) -> Option<&Actor> {
        self.more.as_ref()?.actor.as_ref()
    }

    /// Returns the tenant in which the route required a right, as proved by
    /// [`In<T, ..>`](crate::right::In). The name is in [canonical form](Tenant::CANONICAL).
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
    fn changing_a_clone_does_not_change_the_original() {
        let one = Context::of("Bearer").with_acr(Box::from("silver")).with_amr([Box::from("pwd")]);
        let other = one.clone().with_acr(Box::from("gold"));
        assert_eq!((one.acr(), other.acr()), (Some("silver"), Some("gold")));
        assert!(other.amr().eq(["pwd"]));
    }

    #[test]
    fn clone_does_not_allocate() {
        let context = Context::of("Bearer")
            .with_token_id(Arc::from("id-1"))
            .with_acr(Box::from("silver"))
            .with_amr([Box::from("pwd")]);
        let counted = allocation_counter::measure(|| drop(context.clone()));
        assert_eq!(counted.count_total, 0);
    }
}
