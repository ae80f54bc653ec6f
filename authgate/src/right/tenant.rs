//! Rights that hold within a tenant, and are nothing in another.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use axum::extract::RawPathParams;
use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;

use super::grants::union;
use super::kind::Kind;
use super::marker::{Index as _, granted_by};
use super::{Decision, Marker, Requirement, Right, RightSet};
use crate::Context;
use crate::access::{Expression, Held, TypeName};
use crate::credentials::target;
use crate::private::{same_text, same_word};

/// Where a request says which tenant it is about.
///
/// ```
/// use authgate::right::{Tenant, TenantFrom};
///
/// /// An organisation: `/orgs/{org}/..`
/// pub struct Org;
/// impl Tenant for Org {
///     const FROM: TenantFrom = TenantFrom::PathParameter("org");
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say where a request names its tenant",
    label = "not a tenant",
    note = "implement `authgate::right::Tenant` for it: `const FROM: TenantFrom = TenantFrom::PathParameter(\"org\");`"
)]
pub trait Tenant: 'static {
    /// Where.
    const FROM: TenantFrom;
}

/// A place in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TenantFrom {
    /// The path's parameter of this name, as it is when it is percent-decoded.
    PathParameter(&'static str),
    /// The one label before this domain: `acme` of `acme.example.com` for `Subdomain("example.com")`. Of a proxy that changes
    /// the `Host` field, it is the proxy's word.
    Subdomain(&'static str),
    /// The header field of this name, in lower case. It is the client's word, as everything here is: what he holds in that
    /// tenant is what counts.
    HeaderField(&'static str),
}

/// Where tenants are looked for: a request, and its path's parameters.
#[doc(hidden)]
#[derive(Debug)]
pub struct TenantSource<'a> {
    parts: &'a Parts,
    parameters: Option<&'a RawPathParams>,
}

impl<'a> TenantSource<'a> {
    pub(crate) const fn new(parts: &'a Parts, parameters: Option<&'a RawPathParams>) -> Self {
        Self { parts, parameters }
    }

    /// The tenant's name; `None` where there is none, or where it cannot be told which.
    fn find(&self, from: TenantFrom) -> Option<Cow<'a, str>> {
        let name = match from {
            TenantFrom::PathParameter(name) => {
                let mut named = self.parameters?.iter().filter(|(parameter, _)| *parameter == name);
                let (_, value) = named.next()?;
                // A path that has it twice, as nested ones can, does not say which.
                Cow::Borrowed(named.next().is_none().then_some(value)?)
            }
            TenantFrom::Subdomain(domain) => Cow::Owned(label_before(&host(self.parts)?, domain)?),
            TenantFrom::HeaderField(name) => {
                let mut lines = self.parts.headers.get_all(name).iter();
                let line = lines.next().filter(|_| lines.next().is_none())?;
                Cow::Borrowed(line.to_str().ok()?)
            }
        };
        (!name.is_empty()).then_some(name)
    }
}

/// The host of a request, in lower case and without its port; `None` where the target and the field disagree.
fn host(parts: &Parts) -> Option<String> {
    let mut lines = parts.headers.get_all(HOST).iter();
    let field = lines.next();
    if lines.next().is_some() {
        return None;
    }
    let field = field.map(|host| host.to_str().ok()?.parse::<Authority>().ok());
    let target = target(parts).authority();
    let authority = match (target, &field) {
        (_, Some(None)) | (None, None) => return None,
        (Some(target), None) => target,
        (None, Some(Some(field))) => field,
        (Some(target), Some(Some(field))) if target.host().eq_ignore_ascii_case(field.host()) => target,
        (Some(_), Some(Some(_))) => return None,
    };
    // A name of a user before it is nothing that a client has to send there (RFC 9110 section 4.2.4).
    if authority.as_str().contains('@') {
        return None;
    }
    let host = authority.host();
    Some(host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase())
}

/// `acme` of `acme.example.com` before `example.com`.
fn label_before(host: &str, domain: &str) -> Option<String> {
    let label = host.strip_suffix(&domain.to_ascii_lowercase())?.strip_suffix('.')?;
    (!label.is_empty() && !label.contains('.')).then(|| label.to_owned())
}

impl TenantFrom {
    /// Whether the two are one place.
    pub(crate) const fn is(self, other: Self) -> bool {
        match (self, other) {
            (Self::PathParameter(one), Self::PathParameter(other)) => same_text(one, other),
            (Self::Subdomain(one), Self::Subdomain(other))
            | (Self::HeaderField(one), Self::HeaderField(other)) => same_word(one, other),
            _ => false,
        }
    }
}

/// A role or permission that is held in the tenant that the request is about: `In<Org, role::Admin>`, which
/// `#[requires(role = "admin", in = Org)]` writes. The same held elsewhere, or everywhere, is nothing.
///
/// Which tenant it was found in is [`Context::tenant`].
pub struct In<T, R>(PhantomData<fn() -> (T, R)>);

impl<T, R> fmt::Debug for In<T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("In")
    }
}

/// That a principal holds rights of a set tenant by tenant. Written by `#[derive(Principal)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds no rights of `{Set}` in tenants",
    label = "this principal has no `TenantRoles<{Set}>`",
    note = "write `#[principal(role = {Set})]` on `{Self}`, and `#[principal(tenant_roles)]` on a field of type \
            `authgate::TenantRoles<{Set}>`"
)]
pub trait HoldsIn<Set: RightSet> {
    /// The members held in that tenant, one bit each, in the order of the variants; as given, without what they imply.
    fn held_in(&self, tenant: &str) -> u128;

    /// These, with what they imply.
    #[doc(hidden)]
    #[must_use]
    fn with_implied(members: u128) -> u128 {
        union(Set::CLOSURE, members)
    }

    /// Whether one is held there: by the roles that grant it.
    #[doc(hidden)]
    fn holds_in<M: Marker<Set = Set>>(&self, tenant: &str) -> Decision {
        let sufficient = const { granted_by(<M::Set as RightSet>::CLOSURE, M::Index::VALUE) };
        super::marker::by_mask::<M>(self.held_in(tenant) & sufficient)
    }

    /// The scope that a credential would need for one, where it is limited by its scopes.
    #[doc(hidden)]
    #[must_use]
    fn least_scope<M: Marker<Set = Set>>() -> Option<&'static str> {
        None
    }
}

impl<T: Tenant, M: Marker> Right for In<T, M> {
    const EXPRESSION: &'static Expression = &Expression::In {
        tenant: TypeName::of::<T>(),
        from: T::FROM,
        held: Held::new::<M::Set>(M::Index::VALUE),
    };
}

impl<T: Tenant, M: Marker, P: HoldsIn<M::Set>> Requirement<P> for In<T, M> {
    fn find_tenants(request: &TenantSource<'_>, context: &mut Context) {
        if let Some(tenant) = request.find(T::FROM) {
            context.set_tenant::<T>(&tenant);
        }
    }

    fn scopes(names: &mut Vec<&'static str>) {
        names.extend(<P as HoldsIn<M::Set>>::least_scope::<M>());
    }

    fn tenants_are_known(context: &Context) -> bool {
        context.tenant::<T>().is_some()
    }

    fn decide(principal: &P, context: &Context) -> Decision {
        match context.tenant::<T>() {
            Some(tenant) => principal.holds_in::<M>(tenant),
            None => Decision::Deny(<<M::Set as RightSet>::Kind as Kind>::MISSING),
        }
    }
}
