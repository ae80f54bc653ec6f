//! Rights: the requirements that a rule states about a caller, as types.
//!
//! `#[derive(Role)]`, `#[derive(Scope)]` and `#[derive(Permission)]` emit a *marker* type for each
//! variant of an enum. [`All`], [`Any`] and [`Not`] combine rights. Each right is defined once: its
//! [`Requirement`] decides, and its [`Rule`] describes it in the access table. Both read the
//! same [`RightSet`].

pub(crate) mod claim;
pub(crate) mod context;
pub(crate) mod declaration;
pub(crate) mod decision;
pub(crate) mod evaluated;
pub(crate) mod principal_type;
pub(crate) mod scheme_name;
mod evaluate;
mod actor;
mod revocation;
pub(crate) mod set;
pub(crate) mod marker;
mod combined;
mod async_requirement;
mod builtin;
mod issuer;
mod via;
mod login;
pub(crate) mod grants;
mod holdings;
mod tenant;
mod tenant_roles;
mod waive;
pub(crate) mod implies;
pub(crate) mod principal;
mod witness;

pub use actor::Actor;
pub use async_requirement::{AsyncRequirement, Awaited};
pub use authgate_access::TenantFrom;
pub(crate) use authgate_access::{
    AcceptedSchemes, Canonical, CredentialError, Declaration, DenialMessage, ForbiddenReason, Held, Reason,
    Rule, SetOfRights, TypeName, sound,
};
pub(crate) use builtin::by_text;
pub use claim::names_from_keys;
use combined::NotAPolicy;
pub use combined::{All, Any, Not};
pub(crate) use context::{Context, Statements};
pub(crate) use decision::Decision;
pub(crate) use declaration::{Site, admits, arrived};
pub(crate) use evaluate::{Refused, evaluate, reason, with_own_reason};
pub use evaluated::Evaluated;
pub(crate) use evaluated::{Login, Writer};
pub(crate) use grants::Bundled;
pub use grants::{Allows, Grants};
pub(crate) use holdings::Holdings;
pub use implies::Implies;
pub use issuer::FromIssuer;
pub use login::{Acr, ConstStr, Factor, Fresh, factor};
pub use marker::Marker;
pub use principal::{Beside, HasRights, OwnedBy, RightOf};
pub(crate) use principal::{Principal, Subjects, has_non_empty_id};
pub(crate) use principal_type::{held, principal_type};
pub(crate) use revocation::DynRevocations;
pub use revocation::{Revocation, RevocationStatus, RevocationStore, Revocations};
pub(crate) use scheme_name::SchemeName;
pub(crate) use set::kind;
pub use set::{ParseRightError, PermissionSet, RightSet, RoleSet, ScopeSet};
pub(crate) use set::{Permissions, Roles, Scopes};
pub(crate) use tenant::FindTenant;
pub(crate) use tenant::canonical;
pub use tenant::{HasRightsIn, In, Tenant};
pub use tenant_roles::TenantRoles;
pub use via::ViaScheme;
pub use waive::Waive;
pub(crate) use witness::{Nobody, Witness};

use std::marker::PhantomData;

/// Makes a type invariant in `T` without requiring anything of `T`: the type stays `Send` and
/// `Sync`.
///
/// `PhantomData<fn() -> T>` is covariant, and `for<'a> fn(&'a ())` is a subtype of `fn(&'static
/// ())`. A right that is generic over such a type would let a proof coerce into the proof of
/// another right.
pub(crate) type Invariant<T> = PhantomData<fn(T) -> T>;

/// A right that a caller can hold, described as data for the access table.
///
/// # Examples
///
/// ```
/// use authgate::Roles;
/// use authgate::right::Right as _;
///
/// #[derive(authgate::Role)]
/// pub enum Role {
///     Viewer,
///     #[role(implies(Viewer))]
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
/// }
///
/// assert_eq!(role::Admin::RULE.to_string(), "role:admin");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a right",
    label = "not a role, scope, permission or combination of them",
    note = "name a marker of `#[derive(authgate::Role)]`, `Scope` or `Permission`, such as `role::Admin`, a custom \
            type with `#[derive(authgate::Right)]`, or several rights in `authgate::right::All<(..)>`",
    note = "a policy over a resource needs the resource: `policy = CanEdit, on = Report`, or `Granted<CanEdit, Report>`"
)]
pub trait Right: 'static {
    /// The entry of the right in the access table.
    const RULE: &'static Rule;
}

/// A right that a principal of type `P` can be checked for.
///
/// # Examples
///
/// ```
/// use authgate::{Authorized, Context, Decision};
/// use authgate::right::Requirement;
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
///     suspended: bool,
/// }
///
/// #[derive(authgate::Right)]
/// #[right(principal = User, kind = "account", name = "active")]
/// pub struct Active;
///
/// impl Requirement<User> for Active {
///     fn decide(user: &User, _: &Context) -> Decision {
///         Decision::allow_if(!user.suspended)
///     }
/// }
///
/// async fn post(by: Authorized<Active>) {}
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a right of `{P}`",
    label = "this right does not belong to `{P}`",
    note = "for a role, name the marker of its variant, `role::Admin`, instead of the enum",
    note = "name its set on the principal: `#[principal(role = ..)]`, `scope = ..` or `permission = ..`; add `foreign` \
            if the set belongs to another principal or another crate",
    note = "a right in tenants requires a tenant: `in = Org`, or `In<Org, ..>`, where `impl \
            authgate::right::Tenant for Org` names the tenant of a request, and `{P}` has a field \
            `#[principal(tenant_roles)]`; if its roles in tenants are another set, `#[principal(tenant_role = OrgRole)]`, \
            write `role = OrgRole::Owner, in = Org`",
    note = "for a custom right, write `#[derive(authgate::Right)]` and `impl authgate::right::Requirement<{P}> for {Self}`; \
            one that waits is declared as `policy = Async<{Self}>`; a policy over a resource needs the resource: `policy = CanEdit, on = Report`",
    note = "a scheme, as in `scheme = ApiKey` or `ViaScheme<ApiKey>`, must implement `authgate::scheme::SchemeName`"
)]
pub trait Requirement<P>: Right {
    /// Decides whether the caller holds the right.
    fn decide(principal: &P, context: &Context) -> Decision;

    /// Finds the tenants that the right is about in the request, and stores them in `context`.
    #[doc(hidden)]
    fn find_tenants(request: &dyn FindTenant, context: &mut Context) -> bool {
        let _ = (request, context);
        true
    }

    /// Appends the scopes that a credential needs for the right. They are sent to a client whose
    /// credential lacks one (RFC 6750 section 3.1).
    #[doc(hidden)]
    fn scopes(names: &mut Vec<&'static str>) {
        let _ = names;
    }

    /// Returns `true` if the request names each tenant that the right is about, and the principal's
    /// own tenants can be compared with it. Otherwise a right that was not found there may still be
    /// held.
    #[doc(hidden)]
    #[must_use]
    fn tenants_are_known(principal: &P, context: &Context) -> bool {
        let _ = (principal, context);
        true
    }

    /// Decides as [`decide`](Self::decide) does, and reports each part of the rule to the witness.
    #[doc(hidden)]
    fn evaluate<W: Witness>(principal: &P, context: &Context, witness: &mut W) -> Decision {
        witness.enter(Self::RULE);
        let decision = with_own_reason(Self::RULE, Self::decide(principal, context));
        witness.leave(decision);
        decision
    }
}
