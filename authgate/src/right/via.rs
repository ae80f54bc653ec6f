use std::fmt;

use super::{Decision, Invariant, Requirement, Right};
use crate::access::Builtin;
use crate::right::{Context, Lack, Named, Rule, by_text};

/// Requires that the caller was authenticated by the scheme `S`: `All<(role::Admin, Via<ApiKey>)>`.
/// `#[requires(role = "admin", scheme = ApiKey)]` expands to it.
///
/// A route that requires it accepts credentials of that scheme only. Its challenges name no other
/// scheme, and it ignores credentials of other schemes.
pub struct Via<S>(Invariant<S>);

impl<S> fmt::Debug for Via<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Via")
    }
}

impl<S: Named + 'static> Right for Via<S> {
    const RULE: &'static Rule = &by_text(Builtin::Scheme, S::NAME);
}

impl<S: Named + 'static, P> Requirement<P> for Via<S> {
    fn decide(_principal: &P, context: &Context) -> Decision {
        if context.scheme().eq_ignore_ascii_case(S::NAME) {
            Decision::Allow
        } else {
            Decision::Deny(Lack::Scheme)
        }
    }
}
