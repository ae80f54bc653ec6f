//! How recent and how strong a login has to be (RFC 9470).

pub mod factor;

use std::fmt;
use std::time::{Duration, SystemTime};

use super::{Decision, Invariant, Requirement, Right};
use crate::right::{Context, Expression, Lack};

/// A login not longer ago than so many seconds: `All<(role::Admin, Fresh<300>)>`, which
/// `#[requires(role = "admin", fresh = "5m")]` writes.
///
/// When that was is [`Context::authenticated_at`]: `auth_time` of a token, signing in of a session. Where it is not known,
/// it is not met (`standards.md` row 65).
#[derive(Debug)]
pub struct Fresh<const SECONDS: u64>;

/// A login of an authentication context class: `Acr<Gold>`, where `Gold` is a [`Word`], or what
/// `#[requires(acr = "urn:example:gold")]` writes.
///
/// A word may have several values, separated by spaces, the most welcome first: one of them will do.
pub struct Acr<W>(Invariant<W>);

/// A login by an authentication method, one of the token's `amr` (RFC 8176): `Factor<factor::ByOtp>`, which
/// `#[requires(factor = "otp")]` writes.
///
/// RFC 9470 has no parameter for it, so the challenge of the 401 cannot name it: where clients have to find out by themselves,
/// ask for an [`Acr`] that stands for it.
pub struct Factor<W>(Invariant<W>);

/// A type that stands for a text.
///
/// ```
/// use authgate::right::{Acr, Word};
///
/// struct Gold;
/// impl Word for Gold {
///     const TEXT: &'static str = "urn:example:gold";
/// }
/// # type _Required = Acr<Gold>;
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not stand for a text",
    label = "not a word",
    note = "implement `authgate::right::Word` for it: `const TEXT: &'static str = \"..\";`"
)]
pub trait Word: 'static {
    /// The text.
    const TEXT: &'static str;
}

impl<W> fmt::Debug for Acr<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Acr")
    }
}

impl<W> fmt::Debug for Factor<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Factor")
    }
}

impl<const SECONDS: u64> Right for Fresh<SECONDS> {
    const EXPRESSION: &'static Expression = &Expression::Fresh(SECONDS);
}

impl<W: Word> Right for Acr<W> {
    const EXPRESSION: &'static Expression = &Expression::Acr(W::TEXT);
}

impl<W: Word> Right for Factor<W> {
    const EXPRESSION: &'static Expression = &Expression::Factor(W::TEXT);
}

impl<const SECONDS: u64, P> Requirement<P> for Fresh<SECONDS> {
    fn decide(_principal: &P, context: &Context) -> Decision {
        login(is_fresh(context.authenticated_at(), SECONDS, SystemTime::now()))
    }
}

impl<W: Word, P> Requirement<P> for Acr<W> {
    fn decide(_principal: &P, context: &Context) -> Decision {
        login(context.acr().is_some_and(|class| W::TEXT.split(' ').any(|value| value == class)))
    }
}

impl<W: Word, P> Requirement<P> for Factor<W> {
    fn decide(_principal: &P, context: &Context) -> Decision {
        login(context.amr().any(|method| method == W::TEXT))
    }
}

const fn login(so: bool) -> Decision {
    if so { Decision::Allow } else { Decision::Deny(Lack::Login) }
}

/// How far the clock of who knows the login may be ahead of ours.
const AHEAD: Duration = Duration::from_secs(60);

fn is_fresh(at: Option<SystemTime>, seconds: u64, now: SystemTime) -> bool {
    let Some(at) = at else { return false };
    match now.duration_since(at) {
        Ok(elapsed) => elapsed <= Duration::from_secs(seconds),
        // A login to come is none.
        Err(ahead) => ahead.duration() <= AHEAD,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_fresh_up_to_its_age() {
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
        assert!(!is_fresh(None, u64::MAX, now), "standards.md row 65");
        assert!(is_fresh(Some(SystemTime::UNIX_EPOCH), u64::MAX, now));
    }
}
