use std::borrow::Cow;

use super::{ConstStr, Decision, Invariant, Requirement, Right};
use crate::access::Part;
use crate::right::{Context, Rule};
use crate::secret::debug_only;

/// Waives a requirement that the gate applies to every caller
/// ([`GateBuilder::require`](crate::gate::GateBuilder::require)).
/// `#[requires(.., waive = Active, reason = "..")]` expands to it.
///
/// `W` encodes the reason, which the access table shows.
///
/// # Examples
///
/// ```
/// use authgate::{Context, Decision, requires};
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
/// #[right(principal = User)]
/// pub struct Active;
///
/// impl Requirement<User> for Active {
///     fn decide(user: &User, _: &Context) -> Decision {
///         Decision::allow_if(!user.suspended)
///     }
/// }
///
/// #[requires(waive = Active, reason = "suspended users may pay", principal = User)]
/// async fn pay() {}
/// ```
pub struct Waive<R, W>(Invariant<(R, W)>);

debug_only!([R, W] Waive<R, W>);

impl<R: Right, W: ConstStr> Right for Waive<R, W> {
    const RULE: &'static Rule =
        &Rule::Waived { requirement: Part::of(R::RULE), reason: Cow::Borrowed(W::TEXT) };
}

impl<R: Right, W: ConstStr, P> Requirement<P> for Waive<R, W> {
    fn decide(_principal: &P, _context: &Context) -> Decision {
        Decision::Allow
    }
}
