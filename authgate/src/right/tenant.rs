//! Rights that are held in one tenant and grant nothing in another.

use std::borrow::Cow;

use super::grants::union;
use super::kind::Kind;
use super::marker::{Index as _, granted_by};
use super::{Decision, Invariant, Marker, Requirement, Right, RightSet};
use crate::access::InTenant;
use crate::log::{Limit, OneLine};
use crate::right::{Canonical, Context, Rule, TenantFrom, TypeName, held};
use crate::secret::debug_only;

/// The place in a request that names the tenant.
///
/// # Examples
///
/// ```
/// use authgate::right::{Tenant, TenantFrom};
///
/// /// An organization: `/orgs/{org}/..`
/// pub struct Org;
///
/// impl Tenant for Org {
///     const FROM: TenantFrom = TenantFrom::PathParameter("org");
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not declare where a request names its tenant",
    label = "not a tenant",
    note = "implement `authgate::right::Tenant` for it: `const FROM: TenantFrom = TenantFrom::PathParameter(\"org\");`"
)]
pub trait Tenant: 'static {
    /// The place in a request that names the tenant.
    const FROM: TenantFrom;

    /// A function that brings a tenant's name into its canonical form, such as lower case. Names
    /// are compared in this form. It returns `None` for a name that no tenant can have. It must
    /// return a canonical name unchanged.
    ///
    /// Set it if the application's lookup finds one tenant by several spellings, such as a database
    /// column that ignores case. The default compares names by bytes, and the application's lookup
    /// must be as exact. Otherwise a caller who is suspended in `acme` is not suspended in `ACME`,
    /// and the application serves `acme` for both.
    ///
    /// Every name is brought into this form before it is compared: the name in the request, the
    /// name given to [`Authenticated::in_tenant`](crate::Authenticated::in_tenant), and the names
    /// in the principal's [`TenantRoles`](crate::right::TenantRoles). [`Context::tenant`] returns
    /// the canonical name.
    ///
    /// - A request whose name has no canonical form gets 404, after the caller is authenticated.
    /// - A name in `TenantRoles` without a canonical form grants nothing and is logged. A right
    ///   that is held under such a name may be held in any tenant. A rule that excludes the right
    ///   therefore denies the caller with `excluded`.
    ///
    /// ```
    /// use std::borrow::Cow;
    ///
    /// use authgate::right::{Tenant, TenantFrom};
    ///
    /// /// Organizations, whose names are compared in lower case: `Acme` and `acme` are one.
    /// pub struct Org;
    ///
    /// impl Tenant for Org {
    ///     const FROM: TenantFrom = TenantFrom::PathParameter("org");
    ///     const CANONICAL: Option<fn(&str) -> Option<Cow<'_, str>>> = Some(|name| {
    ///         let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    ///         is_name.then(|| name.to_ascii_lowercase().into())
    ///     });
    /// }
    /// ```
    #[expect(clippy::type_complexity, reason = "the form in which implementations write it")]
    const CANONICAL: Option<fn(&str) -> Option<Cow<'_, str>>> = None;
}

/// Returns the form in which a tenant's name is compared: `Acme` -> `acme`. Returns `None` if the
/// name has no canonical form.
pub(crate) fn canonical<T: Tenant>(name: &str) -> Option<Cow<'_, str>> {
    Canonical::new(T::CANONICAL).of(name)
}

/// The parts of a request in which tenants are looked up: its head and its path parameters.
#[doc(hidden)]
pub trait FindTenant {
    /// Returns the tenant's name, or `None` if it is missing or ambiguous.
    fn find(&self, from: TenantFrom) -> Option<Cow<'_, str>>;
}

/// Requires a role or permission in the tenant that the request is about: `In<Org, role::Admin>`.
/// `#[requires(role = "admin", in = Org)]` expands to it.
///
/// The same right in another tenant, or outside of tenants, does not satisfy it.
/// [`Context::tenant`] returns the tenant in which the right was found.
///
/// # Examples
///
/// ```
/// use authgate::right::{In, Tenant, TenantFrom, TenantRoles};
/// use authgate::{Authorized, Roles};
///
/// #[derive(authgate::Role)]
/// pub enum Role {
///     Member,
///     Admin,
/// }
///
/// #[derive(authgate::Principal)]
/// #[principal(role = Role)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
///     #[principal(roles)]
///     roles: Roles<Role>,
///     #[principal(tenant_roles)]
///     orgs: TenantRoles<Role>,
/// }
///
/// pub struct Org;
///
/// impl Tenant for Org {
///     const FROM: TenantFrom = TenantFrom::PathParameter("org");
/// }
///
/// async fn rename(admin: Authorized<In<Org, role::Admin>>) -> String {
///     admin.context().tenant::<Org>().unwrap_or_default().to_owned()
/// }
/// ```
pub struct In<T, R>(Invariant<(T, R)>);

debug_only!([T, R] In<T, R>);

/// Reads the rights of a set that a principal holds in each tenant. Implemented by
/// `#[derive(Principal)]`.
///
/// # Examples
///
/// ```
/// use authgate::right::{HasRightsIn, TenantRoles};
/// use authgate::Roles;
///
/// #[derive(authgate::Role)]
/// pub enum Role {
///     Member,
///     Admin,
/// }
///
/// #[derive(authgate::Principal)]
/// #[principal(role = Role)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
///     #[principal(roles)]
///     roles: Roles<Role>,
///     #[principal(tenant_roles)]
///     orgs: TenantRoles<Role>,
/// }
///
/// let mut ada = User { sub: "ada".into(), roles: Roles::none(), orgs: TenantRoles::none() };
/// ada.orgs.insert("acme", Role::Admin);
/// assert_eq!(HasRightsIn::<Role>::held_in(&ada, "acme"), 0b10);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not have rights of `{Set}` in tenants",
    label = "no field has the type `TenantRoles<{Set}>`",
    note = "write `#[principal(role = {Set})]` on `{Self}`, or `tenant_role = {Set}` beside another `role`, and `#[principal(tenant_roles)]` on a field of type \
            `authgate::right::TenantRoles<{Set}>`"
)]
pub trait HasRightsIn<Set> {
    /// Returns the members held in the tenant, one bit each, in the order of the variants. Implied
    /// members are not included.
    fn held_in(&self, tenant: &str) -> u128;

    /// Calls `see` with the name of each tenant in which the principal holds a member, as it is
    /// spelled in [`held_in`](Self::held_in). Returns `false` if the principal cannot list them,
    /// which is the default.
    ///
    /// Only a tenant with [`CANONICAL`](Tenant::CANONICAL) needs it. A principal that cannot list
    /// its tenants must know them by their canonical names.
    fn each_tenant(&self, see: &mut dyn FnMut(&str)) -> bool {
        let _ = see;
        false
    }

    /// Adds the members that the given members imply.
    #[doc(hidden)]
    #[must_use]
    fn with_implied(members: u128) -> u128
    where
        Set: RightSet,
    {
        union(Set::CLOSURE, members)
    }

    /// Decides whether a member is held in the tenant, by a mask of all members that grant it.
    #[doc(hidden)]
    fn holds_in<M: Marker<Set = Set>>(&self, tenant: &str) -> Decision
    where
        Set: RightSet,
    {
        let sufficient = const { granted_by(<M::Set as RightSet>::CLOSURE, M::Index::VALUE) };
        super::marker::by_mask::<M>(self.held_in(tenant) & sufficient)
    }

    /// Returns the scope that a credential needs for the right, if scopes limit it.
    #[doc(hidden)]
    #[must_use]
    fn least_scope<M: Marker<Set = Set>>() -> Option<&'static str> {
        None
    }
}

impl<T: Tenant, M: Marker> Right for In<T, M> {
    const RULE: &'static Rule = &Rule::Held {
        right: held::<M::Set>(M::Index::VALUE),
        tenant: Some(InTenant::new(TypeName::of::<T>(), T::FROM, Canonical::new(T::CANONICAL))),
    };
}

impl<T: Tenant, M: Marker, P: HasRightsIn<M::Set>> Requirement<P> for In<T, M> {
    fn find_tenants(request: &dyn FindTenant, context: &mut Context) -> bool {
        request.find(T::FROM).is_none_or(|name| context.set_tenant::<T>(&name))
    }

    fn scopes(names: &mut Vec<&'static str>) {
        names.extend(<P as HasRightsIn<M::Set>>::least_scope::<M>());
    }

    fn tenants_are_known(principal: &P, context: &Context) -> bool {
        let mut are_known = context.tenant::<T>().is_some();
        if T::CANONICAL.is_some() {
            // A right that is held under a name without a canonical form may be held in this
            // tenant.
            principal.each_tenant(&mut |name| {
                are_known &= canonical::<T>(name).is_some() || !principal.holds_in::<M>(name).is_allowed();
            });
        }
        are_known
    }

    fn decide(principal: &P, context: &Context) -> Decision {
        let missing = Decision::Deny(<<M::Set as RightSet>::Kind as Kind>::MISSING);
        let Some(tenant) = context.tenant::<T>() else { return missing };
        if T::CANONICAL.is_none() {
            return principal.holds_in::<M>(tenant);
        }
        let mut decision = missing;
        let is_listed = principal.each_tenant(&mut |name| match canonical::<T>(name) {
            Some(canonical) if canonical == tenant => decision = decision.or(principal.holds_in::<M>(name)),
            Some(_) => {}
            None => log_without_form::<T>(name),
        });
        if is_listed { decision } else { principal.holds_in::<M>(tenant) }
    }
}

/// Logs a name in a principal's tenants that has no canonical form.
#[cold]
fn log_without_form<T: Tenant>(name: &str) {
    static LIMIT: Limit = Limit::new();
    if LIMIT.allows_one() {
        let (tenant, name) = (TypeName::of::<T>(), OneLine(&name));
        tracing::warn!(target: "authgate::authorization", %tenant, %name, "a principal's tenant was ignored: its name has no canonical form");
    }
}
