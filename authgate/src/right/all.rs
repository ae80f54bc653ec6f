use std::fmt;
use std::marker::PhantomData;

use super::principal::Beside;
use super::{Decision, Grant, Requirement, Right};
use crate::Context;
use crate::access::Expression;

/// Several rights of which all must hold: `All<(role::Editor, scope::WriteReports)>`, of two to eight.
///
/// Where a proof of it is passed on, it proves each of its parts; of two parts of one kind (two roles, two scopes),
/// the first is the one that is looked at.
pub struct All<T>(PhantomData<fn() -> T>);

impl<T> fmt::Debug for All<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("All")
    }
}

macro_rules! all {
    ($first:ident $(, $part:ident)*) => {
        impl<$first: Right, $($part: Right),*> Right for All<($first, $($part,)*)> {
            const EXPRESSION: &'static Expression =
                &Expression::All(&[$first::EXPRESSION $(, $part::EXPRESSION)*]);
        }

        impl<P, $first: Requirement<P>, $($part: Requirement<P>),*> Requirement<P> for All<($first, $($part,)*)> {
            fn decide(principal: &P, context: &Context) -> Decision {
                let decision = $first::decide(principal, context);
                $(let decision = decision.and($part::decide(principal, context));)*
                decision
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$first: Grant, $($part: Beside<$first::Principal>),*> Grant for All<($first, $($part,)*)> {
            type Principal = $first::Principal;
        }

        #[diagnostic::do_not_recommend]
        impl<Owner, $first: Beside<Owner>, $($part: Beside<Owner>),*> Beside<Owner> for All<($first, $($part,)*)> {}
    };
}

all!(A, B);
all!(A, B, C);
all!(A, B, C, D);
all!(A, B, C, D, E);
all!(A, B, C, D, E, F);
all!(A, B, C, D, E, F, G);
all!(A, B, C, D, E, F, G, H);
