use std::fmt;

use super::{Decision, Invariant, Requirement, Right};
use crate::right::{Context, Expression, Lack, Named};

/// That the caller has proved who he is by the scheme `S`: `All<(role::Admin, Via<ApiKey>)>`, which
/// `#[requires(role = "admin", scheme = ApiKey)]` writes.
///
/// A route with it takes that scheme's credentials and no others: its challenges name no other scheme, and credentials of
/// others are none there.
pub struct Via<S>(Invariant<S>);

impl<S> fmt::Debug for Via<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Via")
    }
}

impl<S: Named + 'static> Right for Via<S> {
    const EXPRESSION: &'static Expression = &Expression::Scheme(S::NAME);
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
