//! Which right is proved by which. Decided by the compiler alone: the trait is sealed, so that nobody can write that
//! his right implies another.

use std::marker::PhantomData;

use super::set::kind::{self, No, SameKind, Yes};
use super::{All, Marker, RightSet, Via};

/// Whoever holds `Self` holds `Q`: `role::Admin: Implies<role::Editor>`.
///
/// Closed over the hierarchy that `#[role(implies(..))]` declares, and reflexive. It cannot be implemented by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not imply `{Q}`",
    label = "this right does not imply `{Q}`",
    note = "ask for a right that implies `{Q}`; what implies what is written on the enum: `#[role(implies(..))]`; of two \
            parts of one kind in an `All`, the first is the one that is looked at"
)]
pub trait Implies<Q>: Implied<Q> {}

#[diagnostic::do_not_recommend]
impl<R: Implied<Q>, Q> Implies<Q> for R {}

/// What the member at the position `At` implies. The derives write one for each member, so that there is no place
/// left for another; a member that is none of the set's can be written, and then nobody is let in by it.
#[doc(hidden)]
pub trait Implication<At>: RightSet {
    /// Which members it implies, itself included: [`Yes`], [`No`], or a [`Fork`] by the next bit of their positions.
    type Row;
    /// Its own position, from the highest of as many bits as the set needs: `(One, (Zero, ()))`.
    type Path;
}

/// The half of the members whose next bit is zero, and the half whose next bit is one.
#[doc(hidden)]
#[derive(Debug)]
pub struct Fork<Z, O>(PhantomData<fn() -> (Z, O)>);

/// A zero in a path.
#[doc(hidden)]
#[derive(Debug)]
pub struct Zero;

/// A one in a path.
#[doc(hidden)]
#[derive(Debug)]
pub struct One;

mod sealed {
    /// The rules behind [`Implies`](super::Implies), one for each shape of right.
    #[diagnostic::on_unimplemented(
        message = "what `{Self}` implies cannot be written by hand: it follows from the derived enum alone",
        label = "not an implication that a derive has written",
        note = "write it on the enum: `#[role(implies(..))]`"
    )]
    pub trait Implied<Q> {}

    /// Into which part of an `All` to look: the first where it is of the same kind as the right sought (`Yes`), else
    /// the rest (`No`). One way only, so that the compiler never has two to choose from.
    pub trait Pick<First, Rest, Q> {}

    /// What a row says of the member at a path.
    pub trait Row<Path> {
        type Out;
    }
}
use sealed::{Implied, Pick, Row};

impl<Path> Row<Path> for Yes {
    type Out = Self;
}

impl<Path> Row<Path> for No {
    type Out = Self;
}

impl<Z: Row<Path>, O, Path> Row<(Zero, Path)> for Fork<Z, O> {
    type Out = Z::Out;
}

impl<Z, O: Row<Path>, Path> Row<(One, Path)> for Fork<Z, O> {
    type Out = O::Out;
}

#[diagnostic::do_not_recommend]
impl<A, B> Implied<B> for A
where
    A: Marker,
    B: Marker<Set = A::Set>,
    A::Set: Implication<A::Index> + Implication<B::Index>,
    <A::Set as Implication<A::Index>>::Row: Row<<A::Set as Implication<B::Index>>::Path, Out = Yes>,
{
}

#[diagnostic::do_not_recommend]
impl<T> Implied<Self> for All<T> {}

#[diagnostic::do_not_recommend]
impl<S> Implied<Self> for Via<S> {}

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

impl<S> Kinded for Via<S> {
    type Kind = kind::ByScheme;
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
