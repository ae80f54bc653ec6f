use super::builtin::allow_or;
use super::{Decision, Invariant, Requirement, Right};
use crate::access::Builtin;
use crate::right::{Context, ForbiddenReason, Rule, SchemeName, by_text};
use crate::secret::debug_only;

/// Requires that the caller was authenticated by the scheme `S`: `All<(role::Admin,
/// ViaScheme<ApiKey>)>`. `#[requires(role = "admin", scheme = ApiKey)]` expands to it.
///
/// A route that requires it accepts credentials of that scheme only. Its challenges name no other
/// scheme, and it ignores credentials of other schemes.
///
/// # Examples
///
/// ```
/// use authgate::right::{All, ViaScheme};
/// use authgate::scheme::Bearer;
/// use authgate::{Authorized, Roles};
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
/// async fn purge(by: Authorized<All<(role::Admin, ViaScheme<Bearer>)>>) {}
/// ```
pub struct ViaScheme<S>(Invariant<S>);

debug_only!([S] ViaScheme<S>);

impl<S: SchemeName + 'static> Right for ViaScheme<S> {
    const RULE: &'static Rule = &by_text(Builtin::Scheme, S::NAME);
}

impl<S: SchemeName + 'static, P> Requirement<P> for ViaScheme<S> {
    fn decide(_principal: &P, context: &Context) -> Decision {
        allow_or(ForbiddenReason::Scheme, context.scheme().eq_ignore_ascii_case(S::NAME))
    }
}
