//! The evaluation of a combination over a resource: the caller first, then the policies that the
//! result depends on, each at most once.

use super::on::{Ask, AskNow, Decisions, Evaluate};
use crate::guard::caught;
use crate::right::{Context, Decision, Evaluated, ForbiddenReason, Nobody, Reason, Refused, Writer, reason};

/// Decides before the resource is loaded. Returns `false` if the resource decides.
pub(super) fn early<R: Evaluate<T, P>, T, P>(principal: &P, context: &Context) -> Result<bool, Refused> {
    let decided = caught(|| {
        let decision = R::evaluate(principal, context, &mut Decisions::default(), &mut Nobody)?;
        Some((decision, explain::<R, T, P>(decision, principal, context, &[])))
    });
    match decided {
        Some(None) => Ok(false),
        Some(Some((Decision::Allow, _))) => Ok(true),
        Some(Some((_, (decision, why)))) => Err(Refused { reason: reason(decision), why }),
        None => Err(Refused { reason: Reason::Failed, why: None }),
    }
}

/// Decides over the resource, and explains a decision that does not allow.
pub(super) async fn decide<R: Ask<T, P, S>, T: Sync, P: Sync, S: Sync>(
    principal: &P,
    context: &Context,
    resource: &T,
    state: &S,
    why: &mut Option<Evaluated>,
) -> Decision {
    let mut decisions = vec![None; R::POLICIES];
    while let Some(position) = next::<R, T, P>(principal, context, &decisions) {
        let decision = R::ask(position, principal, context, resource, state).await;
        if !record(&mut decisions, position, decision) {
            break;
        }
    }
    finish::<R, T, P>(principal, context, &decisions, why)
}

/// As [`decide`], by policies that do not wait.
pub(super) fn decide_now<R: AskNow<T, P>, T, P>(
    principal: &P,
    context: &Context,
    resource: &T,
    why: &mut Option<Evaluated>,
) -> Decision {
    let mut decisions = vec![None; R::POLICIES];
    while let Some(position) = next::<R, T, P>(principal, context, &decisions) {
        let decision = R::ask_now(position, principal, resource);
        if !record(&mut decisions, position, decision) {
            break;
        }
    }
    finish::<R, T, P>(principal, context, &decisions, why)
}

/// Returns the position of the next policy that the result depends on.
fn next<R: Evaluate<T, P>, T, P>(
    principal: &P,
    context: &Context,
    known: &[Option<Decision>],
) -> Option<usize> {
    let mut decisions = Decisions::of(known);
    match R::evaluate(principal, context, &mut decisions, &mut Nobody) {
        Some(_) => None,
        None => decisions.open,
    }
}

/// Returns `false` if the policy was already asked.
fn record(decisions: &mut [Option<Decision>], position: usize, decision: Decision) -> bool {
    decisions.get_mut(position).is_some_and(|slot| slot.replace(decision).is_none())
}

fn finish<R: Evaluate<T, P>, T, P>(
    principal: &P,
    context: &Context,
    known: &[Option<Decision>],
    why: &mut Option<Evaluated>,
) -> Decision {
    // The result depends on a policy that was not asked if a login became too old in the meantime.
    let decision = R::evaluate(principal, context, &mut Decisions::of(known), &mut Nobody)
        .unwrap_or(Decision::Unavailable);
    let (decision, evaluated) = explain::<R, T, P>(decision, principal, context, known);
    *why = evaluated;
    decision
}

/// Evaluates every part of a rule that does not allow, for the reason with the highest weight and
/// for the operator's log. If this evaluation allows, the first decision stands.
fn explain<R: Evaluate<T, P>, T, P>(
    first: Decision,
    principal: &P,
    context: &Context,
    known: &[Option<Decision>],
) -> (Decision, Option<Evaluated>) {
    if first.is_allowed() {
        return (first, None);
    }
    let mut writer = Writer::default();
    let again = R::evaluate(principal, context, &mut Decisions::of(known), &mut writer);
    let decision = again.filter(|again| !again.is_allowed()).unwrap_or(first);
    let mut why = writer.finish();
    if let (Decision::Deny(ForbiddenReason::Scope), Some(why)) = (decision, &mut why) {
        R::scopes(&mut why.scopes);
    }
    (decision, why)
}
