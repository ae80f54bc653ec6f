//! Evaluation of a rule for a caller. No other module evaluates rules.

use super::{Decision, Nobody, Requirement};
use crate::guard::caught;
use crate::right::{Context, DenialMessage, Evaluated, ForbiddenReason, Reason, Rule, Writer};

/// A denial: the reason, and the decision on each part. The decisions are missing if a requirement
/// panicked.
#[derive(Debug)]
pub struct Refused {
    pub(crate) reason: Reason,
    pub(crate) why: Option<Evaluated>,
}

/// Evaluates the right `R` for a caller.
///
/// The first evaluation has no witness, so an allowed request has no further cost. A denied request
/// is evaluated again with every part, for the reason with the highest weight and for the
/// operator's log. If the second evaluation allows, the denial stands.
#[inline]
pub(crate) fn evaluate<R: Requirement<P>, P>(principal: &P, context: &Context) -> Result<(), Refused> {
    let decision = caught(|| R::evaluate(principal, context, &mut Nobody));
    if decision == Some(Decision::Allow) {
        return Ok(());
    }
    Err(explain::<R, P>(principal, context, decision))
}

#[cold]
fn explain<R: Requirement<P>, P>(principal: &P, context: &Context, first: Option<Decision>) -> Refused {
    let mut writer = Writer::default();
    let again = caught(|| R::evaluate(principal, context, &mut writer));
    let (Some(first), Some(again)) = (first, again) else {
        return Refused { reason: Reason::Failed, why: None };
    };
    let decision = if again.is_allowed() { first } else { again };
    let mut why = writer.finish();
    if let (Decision::Deny(ForbiddenReason::Scope), Some(why)) = (decision, &mut why) {
        R::scopes(&mut why.scopes);
    }
    Refused { reason: reason(decision), why }
}

/// Returns the reason of the response for a decision that does not allow.
pub(crate) const fn reason(decision: Decision) -> Reason {
    match decision {
        Decision::Deny(lack) => Reason::Forbidden(lack),
        Decision::Allow | Decision::Unavailable => Reason::Unavailable,
    }
}

/// Replaces a plain denial of a custom requirement by the reason that its declaration states.
#[inline]
pub(crate) fn with_own_reason(rule: &Rule, decision: Decision) -> Decision {
    match (rule, decision) {
        (Rule::Own(own), Decision::Deny(ForbiddenReason::Policy(refusal)))
            if *refusal == DenialMessage::DENIED =>
        {
            Decision::because(own.refusal())
        }
        _ => decision,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::right::{All, Any, Fresh, Not, Roles, Scopes, ViaScheme};
    use crate::scheme::Bearer;

    #[derive(authgate::Role)]
    enum Role {
        Viewer,
        #[role(implies(Viewer))]
        Editor,
        Contractor,
    }

    #[derive(authgate::Scope)]
    enum Scope {
        Read,
        #[scope(implies(Read))]
        Write,
    }

    #[derive(authgate::Principal)]
    #[principal(role = Role, scope = Scope)]
    struct User {
        #[principal(id)]
        id: String,
        #[principal(roles)]
        roles: Roles<Role>,
        #[principal(scopes)]
        scopes: Scopes<Scope>,
    }

    type Rule = All<(
        role::Viewer,
        Any<(role::Contractor, All<(role::Editor, scope::Write)>)>,
        scope::Read,
        Fresh<300>,
        ViaScheme<Bearer>,
        Not<role::Contractor>,
    )>;

    #[test]
    fn satisfied_rule_evaluates_without_allocation() {
        let (roles, scopes) = ([Role::Editor].into_iter().collect(), [Scope::Write].into_iter().collect());
        let user = User { id: "ada".to_owned(), roles, scopes };
        let context = Context::of("Bearer").with_authenticated_at(std::time::SystemTime::now());
        let counted = allocation_counter::measure(|| {
            assert!(evaluate::<Rule, User>(&user, &context).is_ok());
        });
        assert_eq!(counted.count_total, 0);
        let stale = Context::of("Bearer");
        let refused = evaluate::<Rule, User>(&user, &stale).map_err(|refused| refused.reason.code());
        assert_eq!((refused, user.id.as_str()), (Err("step_up_required"), "ada"));
    }
}
