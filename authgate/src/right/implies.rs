//! Which right is proved by which. Decided by the compiler alone: the trait is sealed, so that nobody can write that
//! his right implies another.

use super::set::kind::{self, No, SameKind, Yes};
use super::{All, Marker, RightSet};
use crate::access::Expression;

/// Whoever holds `Self` holds `Q`: `role::Admin: Implies<role::Editor>`.
///
/// Closed over the hierarchy that `#[role(implies(..))]` declares, and reflexive. It cannot be implemented by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not imply `{Q}`",
    label = "this right does not imply `{Q}`",
    note = "ask for a right that implies `{Q}`; what implies what is written on the enum: `#[role(implies(..))]`"
)]
pub trait Implies<Q>: Implied<Q> {}

#[diagnostic::do_not_recommend]
impl<R: Implied<Q>, Q> Implies<Q> for R {}

/// A fact of a set's closure: who holds the member at `A` holds the one at `B`. The derives write one for each pair;
/// it is not for hands.
#[doc(hidden)]
pub trait Entails<A, B> {}

mod sealed {
    /// The rules behind [`Implies`](super::Implies), one for each shape of right.
    pub trait Implied<Q> {}

    /// Into which part of an `All` to look: the first where it is of the same kind as the right sought (`Yes`), else
    /// the rest (`No`). One way only, so that the compiler never has two to choose from.
    pub trait Pick<First, Rest, Q> {}
}
use sealed::{Implied, Pick};

#[diagnostic::do_not_recommend]
impl<A: Marker, B: Marker<Set = A::Set>> Implied<B> for A where A::Set: Entails<A::Index, B::Index> {}

#[diagnostic::do_not_recommend]
impl<T> Implied<Self> for All<T> {}

#[diagnostic::do_not_recommend]
impl<A: Implied<Q>, Q: Marker> Implied<Q> for All<(A,)> {}

impl<First: Implied<Q>, Rest, Q> Pick<First, Rest, Q> for Yes {}
impl<First, Rest: Implied<Q>, Q> Pick<First, Rest, Q> for No {}

/// Of which kind a right is: roles and scopes by their set, combinations by their own.
pub trait Kinded {
    /// The kind.
    type Kind;
}

impl<M: Marker> Kinded for M {
    type Kind = <M::Set as RightSet>::Kind;
}

impl<T> Kinded for All<T> {
    type Kind = kind::All;
}

macro_rules! implied_by_all {
    ($($part:ident),+) => {
        #[diagnostic::do_not_recommend]
        impl<First: Kinded, $($part,)+ Q: Marker> Implied<Q> for All<(First, $($part),+)>
        where
            First::Kind: SameKind<<Q::Set as RightSet>::Kind>,
            <First::Kind as SameKind<<Q::Set as RightSet>::Kind>>::Out: Pick<First, All<($($part,)+)>, Q>,
        {
        }
    };
}

implied_by_all!(B);
implied_by_all!(B, C);
implied_by_all!(B, C, D);
implied_by_all!(B, C, D, E);
implied_by_all!(B, C, D, E, F);
implied_by_all!(B, C, D, E, F, G);
implied_by_all!(B, C, D, E, F, G, H);

/// The same question asked of the data: the belt to the types' braces, evaluated where a proof is weakened or lent.
pub(crate) const fn entails(held: &Expression, sought: &Expression) -> bool {
    match (held, sought) {
        (Expression::Held(held), Expression::Held(sought)) => held.entails(sought),
        (Expression::All(parts), Expression::Held(_)) => {
            let mut part = 0;
            while part < parts.len() {
                #[expect(clippy::indexing_slicing, reason = "const: `part` is below the length")]
                if entails(parts[part], sought) {
                    return true;
                }
                part += 1;
            }
            false
        }
        (held, Expression::All(parts)) => {
            let mut part = 0;
            while part < parts.len() {
                #[expect(clippy::indexing_slicing, reason = "const: `part` is below the length")]
                if !entails(held, parts[part]) {
                    return false;
                }
                part += 1;
            }
            true
        }
    }
}
