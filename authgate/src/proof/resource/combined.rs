//! All, any and not of parts over a resource.

use std::borrow::Cow;

use super::on::{Ask, AskNow, Decisions, Evaluate, OverResource, PartBeside, PartPrincipal};
use crate::access::Part;
use crate::right::{All, Any, Context, Decision, FindTenant, ForbiddenReason, Not, Rule, Witness};

/// The decisions of the parts of a combination, joined.
struct Joined {
    /// The decision of the parts that are decided.
    decided: Option<Decision>,
    /// Is `true` if a policy is among the parts that are decided.
    has_policy: bool,
    /// Is `true` if a part depends on a policy without a decision.
    is_open: bool,
}

impl Joined {
    const NOTHING: Self = Self { decided: None, has_policy: false, is_open: false };

    fn add(&mut self, part: Option<Decision>, has_policy: bool, join: Join) {
        match (self.decided, part) {
            (_, None) => self.is_open = true,
            (None, Some(_)) => self.decided = part,
            (Some(before), Some(part)) => self.decided = Some(join(self, before, part, has_policy)),
        }
        self.has_policy |= has_policy && part.is_some();
    }

    /// The decision of `All`. A step-up is requested only if nothing else is missing.
    fn all(&self) -> Option<Decision> {
        let is_certain = |decision: &Decision| match decision {
            Decision::Deny(lack) => !self.is_open || *lack != ForbiddenReason::Login,
            _ => !self.is_open,
        };
        self.decided.filter(is_certain)
    }

    /// The decision of `Any`.
    fn any(&self) -> Option<Decision> {
        self.decided.filter(|decision| !self.is_open || decision.is_allowed())
    }

    /// Returns `true` if no further part changes the decision of `All`.
    fn has_denied(&self) -> bool {
        matches!(self.decided, Some(Decision::Deny(lack)) if lack != ForbiddenReason::Login)
    }

    /// Returns `true` if no further part changes the decision of `Any`.
    fn has_allowed(&self) -> bool {
        self.decided.is_some_and(Decision::is_allowed)
    }
}

/// Joins the decision before with that of a part, which may have a policy.
type Join = fn(&Joined, Decision, Decision, bool) -> Decision;

fn and(_: &Joined, before: Decision, part: Decision, _: bool) -> Decision {
    before.and(part)
}

/// Reports the reason of the alternative about the resource, unless a step-up is sufficient.
fn or(joined: &Joined, before: Decision, part: Decision, has_policy: bool) -> Decision {
    match (before, part) {
        (Decision::Deny(one), Decision::Deny(two))
            if joined.has_policy != has_policy
                && one != ForbiddenReason::Login
                && two != ForbiddenReason::Login =>
        {
            if has_policy {
                part
            } else {
                before
            }
        }
        _ => before.or(part),
    }
}

macro_rules! combination {
    ($name:ident, $join:ident, $joined:ident, $is_settled:ident, $($part:ident)+) => {
        #[diagnostic::do_not_recommend]
        impl<T, $($part: OverResource<T>),+> OverResource<T> for $name<($($part,)+)> {
            const RULE: &'static Rule = &Rule::$name(Cow::Borrowed(&[$(Part::of($part::RULE)),+]));
            const POLICIES: usize = 0 $(+ $part::POLICIES)+;
        }

        #[diagnostic::do_not_recommend]
        impl<T, P, $($part: Evaluate<T, P>),+> Evaluate<T, P> for $name<($($part,)+)> {
            fn evaluate<W: Witness>(
                principal: &P,
                context: &Context,
                decisions: &mut Decisions<'_>,
                witness: &mut W,
            ) -> Option<Decision> {
                let (first, open) = (decisions.next, decisions.open);
                let mut joined = Joined::NOTHING;
                witness.enter(<Self as OverResource<T>>::RULE);
                $(
                    if W::THOROUGH || !joined.$is_settled() {
                        let part = $part::evaluate(principal, context, decisions, witness);
                        joined.add(part, $part::POLICIES > 0, $join);
                    }
                )+
                let decision = joined.$joined();
                witness.leave(decision.unwrap_or(Decision::Unavailable));
                decisions.next = first + <Self as OverResource<T>>::POLICIES;
                if decision.is_some() {
                    decisions.open = open;
                }
                decision
            }

            fn find_tenants(request: &dyn FindTenant, context: &mut Context) -> bool {
                true $(& $part::find_tenants(request, context))+
            }

            fn scopes(names: &mut Vec<&'static str>) {
                $($part::scopes(names);)+
            }

            fn tenants_are_known(principal: &P, context: &Context) -> bool {
                true $(&& $part::tenants_are_known(principal, context))+
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T: Sync, P: Sync, S: Sync, $($part: Ask<T, P, S>),+> Ask<T, P, S> for $name<($($part,)+)> {
            async fn ask(position: usize, principal: &P, context: &Context, resource: &T, state: &S) -> Decision {
                $(
                    if position < $part::POLICIES {
                        return $part::ask(position, principal, context, resource, state).await;
                    }
                    let position = position - $part::POLICIES;
                )+
                let _ = position;
                Decision::Unavailable
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T, P, $($part: AskNow<T, P>),+> AskNow<T, P> for $name<($($part,)+)> {
            fn ask_now(position: usize, principal: &P, resource: &T) -> Decision {
                $(
                    if position < $part::POLICIES {
                        return $part::ask_now(position, principal, resource);
                    }
                    let position = position - $part::POLICIES;
                )+
                let _ = position;
                Decision::Unavailable
            }
        }

        combination!(@principal $name, $($part)+);
    };
    (@principal $name:ident, $first:ident $($part:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<T, $first: PartPrincipal<T>, $($part: PartBeside<T, $first::Principal>),*> PartPrincipal<T>
            for $name<($first, $($part,)*)>
        {
            type Principal = $first::Principal;
        }

        #[diagnostic::do_not_recommend]
        impl<T, P, $first: PartBeside<T, P>, $($part: PartBeside<T, P>),*> PartBeside<T, P>
            for $name<($first, $($part,)*)>
        {
        }
    };
}

macro_rules! combinations {
    ($($part:ident)+) => { combinations!(@ [] $($part)+); };
    (@ [$($before:ident)*] $next:ident $($rest:ident)*) => {
        combination!(All, and, all, has_denied, $($before)* $next);
        combination!(Any, or, any, has_allowed, $($before)* $next);
        combinations!(@ [$($before)* $next] $($rest)*);
    };
    (@ [$($all:ident)*]) => {};
}

combinations!(A B C D E F G H I J K L);

#[diagnostic::do_not_recommend]
impl<R: OverResource<T>, T> OverResource<T> for Not<R> {
    const RULE: &'static Rule = &Rule::Not(Part::of(R::RULE));
    const POLICIES: usize = R::POLICIES;
}

#[diagnostic::do_not_recommend]
impl<R: Evaluate<T, P>, T, P> Evaluate<T, P> for Not<R> {
    fn evaluate<W: Witness>(
        principal: &P,
        context: &Context,
        decisions: &mut Decisions<'_>,
        witness: &mut W,
    ) -> Option<Decision> {
        witness.enter(<Self as OverResource<T>>::RULE);
        let mut decision = R::evaluate(principal, context, decisions, witness).map(Decision::negate);
        if decision.is_some_and(Decision::is_allowed) && !R::tenants_are_known(principal, context) {
            decision = Some(Decision::Deny(ForbiddenReason::Excluded));
        }
        witness.leave(decision.unwrap_or(Decision::Unavailable));
        decision
    }

    fn find_tenants(request: &dyn FindTenant, context: &mut Context) -> bool {
        R::find_tenants(request, context)
    }

    fn tenants_are_known(principal: &P, context: &Context) -> bool {
        R::tenants_are_known(principal, context)
    }
}

#[diagnostic::do_not_recommend]
impl<R: Ask<T, P, S>, T: Sync, P: Sync, S: Sync> Ask<T, P, S> for Not<R> {
    fn ask(
        position: usize,
        principal: &P,
        context: &Context,
        resource: &T,
        state: &S,
    ) -> impl Future<Output = Decision> + Send {
        R::ask(position, principal, context, resource, state)
    }
}

#[diagnostic::do_not_recommend]
impl<R: AskNow<T, P>, T, P> AskNow<T, P> for Not<R> {
    fn ask_now(position: usize, principal: &P, resource: &T) -> Decision {
        R::ask_now(position, principal, resource)
    }
}

#[diagnostic::do_not_recommend]
impl<R: PartPrincipal<T>, T> PartPrincipal<T> for Not<R> {
    type Principal = R::Principal;
}

#[diagnostic::do_not_recommend]
impl<R: PartBeside<T, P>, T, P> PartBeside<T, P> for Not<R> {}
