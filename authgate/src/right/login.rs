//! Requirements on the age and strength of a login (RFC 9470).

pub mod factor;

use std::time::{Duration, SystemTime};

use super::builtin::allow_or;
use super::{Decision, Invariant, Requirement, Right};
use crate::access::{Builtin, Value};
use crate::right::{Context, ForbiddenReason, Rule, by_text};
use crate::secret::debug_only;

/// Requires a login at most this many seconds ago: `All<(role::Admin, Fresh<300>)>`.
/// `#[requires(role = "admin", fresh = "5m")]` expands to it.
///
/// The time of the login is [`Context::authenticated_at`]: the `auth_time` of a token (RFC 9470
/// section 6), or the start of a session. If the time is unknown, the requirement is not met.
///
/// # Examples
///
/// ```
/// use authgate::right::{All, Fresh};
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
/// async fn purge(by: Authorized<All<(role::Admin, Fresh<300>)>>) {}
/// ```
#[derive(Debug)]
pub struct Fresh<const SECONDS: u64>;

/// Requires a login of an authentication context class: `Acr<Gold>`, where `Gold` is a
/// [`ConstStr`]. `#[requires(acr = "urn:example:gold")]` expands to it.
///
/// The word may list several classes separated by spaces, in order of preference. One of them is
/// sufficient.
///
/// # Examples
///
/// ```
/// use authgate::right::{Acr, All, ConstStr};
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
/// pub struct Gold;
///
/// impl ConstStr for Gold {
///     const TEXT: &'static str = "urn:example:gold";
/// }
///
/// async fn purge(by: Authorized<All<(role::Admin, Acr<Gold>)>>) {}
/// ```
pub struct Acr<W>(Invariant<W>);

/// Requires a login by an authentication method that the token's `amr` lists (RFC 8176):
/// `Factor<factor::ByOtp>`. `#[requires(factor = "otp")]` expands to it.
///
/// RFC 9470 has no parameter for methods, so the challenge of the 401 cannot name the method. If
/// clients must learn it from the challenge, require an [`Acr`] that includes the method.
///
/// # Examples
///
/// ```
/// use authgate::right::factor::ByOtp;
/// use authgate::right::{All, Factor};
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
/// async fn purge(by: Authorized<All<(role::Admin, Factor<ByOtp>)>>) {}
/// ```
pub struct Factor<W>(Invariant<W>);

/// A type that represents a text.
///
/// # Examples
///
/// ```
/// use authgate::right::ConstStr;
///
/// pub struct Gold;
///
/// impl ConstStr for Gold {
///     const TEXT: &'static str = "urn:example:gold";
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "expected a type with a constant text, found `{Self}`",
    label = "not an `authgate::right::ConstStr`",
    note = "implement `authgate::right::ConstStr` for it: `const TEXT: &'static str = \"..\";`"
)]
pub trait ConstStr: 'static {
    /// The text.
    const TEXT: &'static str;
}

debug_only!([W] Acr<W>);

debug_only!([W] Factor<W>);

impl<const SECONDS: u64> Right for Fresh<SECONDS> {
    const RULE: &'static Rule = &Rule::Builtin(Builtin::Fresh, Value::Seconds(SECONDS));
}

impl<W: ConstStr> Right for Acr<W> {
    const RULE: &'static Rule = &by_text(Builtin::Acr, W::TEXT);
}

impl<W: ConstStr> Right for Factor<W> {
    const RULE: &'static Rule = &by_text(Builtin::Factor, W::TEXT);
}

impl<const SECONDS: u64, P> Requirement<P> for Fresh<SECONDS> {
    fn decide(_principal: &P, context: &Context) -> Decision {
        login(is_fresh(context.authenticated_at(), SECONDS, SystemTime::now()))
    }
}

impl<W: ConstStr, P> Requirement<P> for Acr<W> {
    fn decide(_principal: &P, context: &Context) -> Decision {
        login(context.acr().is_some_and(|class| W::TEXT.split(' ').any(|value| value == class)))
    }
}

impl<W: ConstStr, P> Requirement<P> for Factor<W> {
    fn decide(_principal: &P, context: &Context) -> Decision {
        login(context.amr().any(|method| method == W::TEXT))
    }
}

const fn login(is_met: bool) -> Decision {
    allow_or(ForbiddenReason::Login, is_met)
}

/// The clock skew allowed for a login in the future.
const AHEAD: Duration = Duration::from_secs(60);

fn is_fresh(at: Option<SystemTime>, seconds: u64, now: SystemTime) -> bool {
    let Some(at) = at else { return false };
    match now.duration_since(at) {
        Ok(elapsed) => elapsed <= Duration::from_secs(seconds),
        // A login in the future, beyond the allowed skew, is not a login.
        Err(ahead) => ahead.duration() <= AHEAD,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn login_is_fresh_up_to_max_age() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let at = |seconds: i64| {
            let age = Duration::from_secs(seconds.unsigned_abs());
            Some(if seconds < 0 { now + age } else { now - age })
        };
        for (age, expected) in
            [(0, true), (300, true), (301, false), (-60, true), (-61, false), (i64::from(i32::MIN), false)]
        {
            assert_eq!(is_fresh(at(age), 300, now), expected, "{age}");
        }
        assert!(!is_fresh(None, u64::MAX, now), "RFC 9470 section 6: without `auth_time` the age is unknown");
        assert!(is_fresh(Some(SystemTime::UNIX_EPOCH), u64::MAX, now));
    }
}
