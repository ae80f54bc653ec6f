use std::borrow::Cow;

use super::principal::Beside;
use super::{Decision, FindTenant, Invariant, Requirement, Right, RightOf, Witness};
use crate::access::Part;
use crate::right::{Context, ForbiddenReason, Rule};
use crate::secret::debug_only;

/// Requires each of two to twelve rights: `All<(role::Editor, scope::WriteReports)>`.
///
/// A proof of `All` can be passed to a function that requires one of its parts.
/// [`split`](crate::Authorized::split) returns a proof of each part. The same rights in another
/// order are another type: let functions require the parts, or give the combination a type alias.
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
/// async fn purge(by: Authorized<All<(role::Admin, Fresh<300>)>>) -> String {
///     by.sub.clone()
/// }
/// ```
pub struct All<T> {
    _invariant: Invariant<T>,
    _not_a_policy: NotAPolicy,
}

/// Requires one of two to twelve rights: `Any<(role::Admin, scope::WriteReports)>`.
///
/// A proof of one part is a proof of the whole.
///
/// # Examples
///
/// ```
/// use authgate::right::{Any, Fresh};
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
/// async fn read(by: Authorized<Any<(role::Admin, Fresh<300>)>>) -> String {
///     by.sub.clone()
/// }
/// ```
pub struct Any<T> {
    _invariant: Invariant<T>,
    _not_a_policy: NotAPolicy,
}

/// Requires that a right is not held: `Not<role::Contractor>`.
///
/// A caller who holds the excluded right gets 403 `excluded`, and 503 if the decision is
/// indeterminate. If the right is held in a tenant and the request does not name the tenant
/// clearly, the response is 403 `excluded` as well.
///
/// An exclusion relies on exact names. Names are compared by bytes:
///
/// - If an issuer spells `suspended` differently, the caller is not suspended, since an unknown
///   name is ignored. A name that differs from a known one only in spelling is logged as a WARN on
///   `authgate::authorization`, any other unknown name at DEBUG.
/// - Without [`Tenant::CANONICAL`](crate::right::Tenant::CANONICAL), `acme` and `ACME` are two
///   tenants. If the application's lookup treats them as one, a caller who is suspended in `acme`
///   passes as `ACME`.
///
/// Prefer to require a right that a suspended account does not have.
///
/// # Examples
///
/// ```
/// use authgate::right::{All, Not};
/// use authgate::{Authorized, Roles};
///
/// #[derive(authgate::Role)]
/// pub enum Role {
///     Editor,
///     Contractor,
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
/// async fn publish(by: Authorized<All<(role::Editor, Not<role::Contractor>)>>) {}
/// ```
pub struct Not<R> {
    _invariant: Invariant<R>,
    _not_a_policy: NotAPolicy,
}

/// Makes a combination `!Send`, which a policy is not. The compiler therefore accepts that both can
/// be the rule of a [`Granted`](crate::Granted). No value of these types exists.
pub(super) type NotAPolicy = &'static dyn Combination;

pub(super) trait Combination {}

debug_only!([T] All<T>);

debug_only!([T] Any<T>);

debug_only!([R] Not<R>);

macro_rules! combination {
    ($name:ident, $join:ident, $settled:pat, $first:ident $(, $part:ident)*) => {
        impl<$first: Right, $($part: Right),*> Right for $name<($first, $($part,)*)> {
            const RULE: &'static Rule =
                &Rule::$name(Cow::Borrowed(&[Part::of($first::RULE) $(, Part::of($part::RULE))*]));
        }

        impl<P, $first: Requirement<P>, $($part: Requirement<P>),*> Requirement<P> for $name<($first, $($part,)*)> {
            fn decide(principal: &P, context: &Context) -> Decision {
                Self::evaluate(principal, context, &mut super::Nobody)
            }

            fn find_tenants(request: &dyn FindTenant, context: &mut Context) -> bool {
                $first::find_tenants(request, context) $(& $part::find_tenants(request, context))*
            }

            fn scopes(names: &mut Vec<&'static str>) {
                $first::scopes(names);
                $($part::scopes(names);)*
            }

            fn tenants_are_known(principal: &P, context: &Context) -> bool {
                $first::tenants_are_known(principal, context) $(&& $part::tenants_are_known(principal, context))*
            }

            fn evaluate<W: Witness>(principal: &P, context: &Context, witness: &mut W) -> Decision {
                witness.enter(Self::RULE);
                let decision = $first::evaluate(principal, context, witness);
                $(
                    // An indeterminate decision is not final: a later part may still deny or allow.
                    let decision = if W::THOROUGH || !matches!(decision, $settled) {
                        decision.$join($part::evaluate(principal, context, witness))
                    } else {
                        decision
                    };
                )*
                witness.leave(decision);
                decision
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$first: RightOf, $($part: Beside<$first::Principal>),*> RightOf for $name<($first, $($part,)*)> {
            type Principal = $first::Principal;
        }

        #[diagnostic::do_not_recommend]
        impl<Owner, $first: Beside<Owner>, $($part: Beside<Owner>),*> Beside<Owner> for $name<($first, $($part,)*)> {}
    };
}

macro_rules! combinations {
    ($($part:ident)+) => { combinations!(@ [] $($part)+); };
    (@ [$($before:ident)*] $next:ident $($rest:ident)*) => {
        combination!(All, and, Decision::Deny(_), $($before,)* $next);
        combination!(Any, or, Decision::Allow, $($before,)* $next);
        combinations!(@ [$($before)* $next] $($rest)*);
    };
    (@ [$($all:ident)*]) => {};
}

combinations!(A B C D E F G H I J K L);

impl<R: Right> Right for Not<R> {
    const RULE: &'static Rule = &Rule::Not(Part::of(R::RULE));
}

impl<P, R: Requirement<P>> Requirement<P> for Not<R> {
    fn decide(principal: &P, context: &Context) -> Decision {
        Self::evaluate(principal, context, &mut super::Nobody)
    }

    fn find_tenants(request: &dyn FindTenant, context: &mut Context) -> bool {
        R::find_tenants(request, context)
    }

    fn tenants_are_known(principal: &P, context: &Context) -> bool {
        R::tenants_are_known(principal, context)
    }

    fn evaluate<W: Witness>(principal: &P, context: &Context, witness: &mut W) -> Decision {
        witness.enter(Self::RULE);
        let mut decision = R::evaluate(principal, context, witness).negate();
        if decision.is_allowed() && !R::tenants_are_known(principal, context) {
            decision = Decision::Deny(ForbiddenReason::Excluded);
        }
        witness.leave(decision);
        decision
    }
}

#[diagnostic::do_not_recommend]
impl<R: RightOf> RightOf for Not<R> {
    type Principal = R::Principal;
}

#[diagnostic::do_not_recommend]
impl<P, R: Beside<P>> Beside<P> for Not<R> {}
