//! The one place where a rule is evaluated for a caller.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Decision, Nobody, Requirement};
use crate::right::{Context, Evaluated, Lack, Reason, Writer};

/// A "no": the reason, and what was decided part by part, unless something panicked.
#[derive(Debug)]
pub struct Refused {
    pub(crate) reason: Reason,
    pub(crate) why: Option<Evaluated>,
}

/// Whether the caller has the right.
///
/// First without a witness, which is all that a caller who has it costs. Who has it not is looked at again, every part, for
/// the weightiest reason and the operator's account. What was refused once stays refused.
#[inline]
pub(crate) fn evaluate<R: Requirement<P>, P>(principal: &P, context: &Context) -> Result<(), Refused> {
    let decision = guarded(|| R::evaluate(principal, context, &mut Nobody));
    if decision == Some(Decision::Allow) {
        return Ok(());
    }
    Err(explain::<R, P>(principal, context, decision))
}

#[cold]
fn explain<R: Requirement<P>, P>(principal: &P, context: &Context, first: Option<Decision>) -> Refused {
    let mut writer = Writer::default();
    let again = guarded(|| R::evaluate(principal, context, &mut writer));
    let (Some(first), Some(again)) = (first, again) else {
        return Refused { reason: Reason::Failed, why: None };
    };
    let decision = if again.is_allowed() { first } else { again };
    let mut why = writer.finish();
    if let (Decision::Deny(Lack::Scope), Some(why)) = (decision, &mut why) {
        R::scopes(&mut why.scopes);
    }
    Refused { reason: reason(decision), why }
}

/// What goes out for a decision that is not yes.
pub(crate) const fn reason(decision: Decision) -> Reason {
    match decision {
        Decision::Deny(lack) => Reason::Lacking(lack),
        Decision::Allow | Decision::Undecided => Reason::Undecided,
    }
}

/// `None` where the application's code has panicked: a requirement of its own, or a principal's roles that it has written by
/// hand.
#[inline]
fn guarded(decide: impl FnOnce() -> Decision) -> Option<Decision> {
    catch_unwind(AssertUnwindSafe(decide)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::right::{All, Any, Fresh, Not, Roles, Scopes, Via};
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
        Via<Bearer>,
        Not<role::Contractor>,
    )>;

    #[test]
    fn a_rule_that_holds_costs_no_allocation() {
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
