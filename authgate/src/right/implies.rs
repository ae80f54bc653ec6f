//! Implication between rights, decided by the compiler through sealed traits.

use std::marker::PhantomData;

use super::set::kind::{self, No, SameKind, Yes};
use super::{Acr, All, Any, Factor, Fresh, In, Marker, Not, RightSet, ViaScheme, Waive};

/// A right that includes `Q`: a holder of `Self` also holds `Q`, as in
/// `role::Admin: Implies<role::Editor>`.
#[doc = include_str!("implies/implies.md")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not imply `{Q}`",
    label = "this right does not imply `{Q}`",
    note = "require a right that implies `{Q}`; implications are declared on the enum: `#[role(implies(..))]`; \
            `.split()` turns a proof of `All<(..)>` into proofs of its parts"
)]
pub trait Implies<Q>: Implied<Q> {}

#[diagnostic::do_not_recommend]
impl<R: Implied<Q>, Q> Implies<Q> for R {}

/// The members that the member at the position `At` implies.
///
/// The derives emit one impl per member, so a hand-written impl for a member conflicts with it. One
/// for a position outside the set compiles, but no caller can hold that right.
#[doc(hidden)]
pub trait Implication<At>: RightSet {
    /// The implied members, itself included: [`Yes`], [`No`], or a [`Fork`] by the next position
    /// bit.
    type Row;
    /// Its position, from the highest bit that the set needs: `(One, (Zero, ()))`.
    type Path;
}

/// A branch of a row: `Z` if the next bit of a member's position is zero, `O` if it is one.
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
    /// The rules behind [`Implies`](super::Implies), one for each form of right.
    #[diagnostic::on_unimplemented(
        message = "implications of `{Self}` cannot be written by hand",
        label = "not an implication from a derive",
        note = "declare it on the enum: `#[role(implies(..))]`"
    )]
    pub trait Implied<Q> {}

    /// `Out` is [`Yes`](super::Yes) if a right entails an atom, and [`No`](super::No) otherwise.
    ///
    /// Each of these traits depends only on the one before it. With a single recursive trait, the
    /// compiler would not terminate while `Q` is still unknown.
    pub trait Entails<Q> {
        type Out;
    }

    /// `Out` is `Yes` if a right entails a part of a list: an atom, or a list of atoms.
    pub trait EntailsPart<X> {
        type Out;
    }

    /// `Out` is `Yes` if a right entails one of a list of parts.
    pub trait EntailsOne<T> {
        type Out;
    }

    /// `Out` is `Yes` if a right entails each of a list of parts.
    pub trait EntailsAll<T> {
        type Out;
    }

    /// Compares two rights: `No` if their kinds differ, and the rule of the kind otherwise.
    pub trait Compare<A, Q> {
        type Out;
    }

    /// The rule of a kind: whether one of its rights entails another.
    pub trait Rule<A, Q> {
        type Out;
    }

    /// Logical or. `R` is evaluated only if the first operand is `No`.
    pub trait Or<R> {
        type Out;
    }

    /// Logical and. `R` is evaluated only if the first operand is `Yes`.
    pub trait And<R> {
        type Out;
    }

    /// A query that evaluates to `Yes` or `No`.
    pub trait Says {
        type Out;
    }

    /// The entry of a row for the member at a path.
    pub trait Row<Path> {
        type Out;
    }
}
use sealed::{And, Compare, Entails, EntailsAll, EntailsOne, EntailsPart, Implied, Or, Row, Rule, Says};

/// The kind of a right. Roles, scopes and permissions have the kind of their set.
#[doc(hidden)]
pub trait Kinded {
    /// The kind.
    type Kind;
}

/// A right that is not a combination of others. `#[derive(authgate::Right)]` emits one.
#[doc(hidden)]
pub trait Atom: Kinded {}

impl<M: Marker> Kinded for M {
    type Kind = <M::Set as RightSet>::Kind;
}
impl<M: Marker> Atom for M {}

macro_rules! atoms {
    ($([$($generics:tt)*] $atom:ty, $kind:ident;)*) => {
        $(
            impl<$($generics)*> Kinded for $atom {
                type Kind = kind::$kind;
            }
            impl<$($generics)*> Atom for $atom {}
        )*
    };
}

atoms! {
    [S] ViaScheme<S>, ByScheme;
    [const SECONDS: u64] Fresh<SECONDS>, Freshness;
    [W] Acr<W>, ContextClass;
    [W] Factor<W>, LoginMethod;
    [T, R] In<T, R>, Tenanted;
    [R, W] Waive<R, W>, Waived;
    [R] Not<R>, Negated;
}

// Atom to atom: by the rule of their kind.
impl<A: Atom, Q: Atom> Entails<Q> for A
where
    A::Kind: SameKind<Q::Kind>,
    <A::Kind as SameKind<Q::Kind>>::Out: Compare<A, Q>,
{
    type Out = <<A::Kind as SameKind<Q::Kind>>::Out as Compare<A, Q>>::Out;
}

impl<A, Q> Compare<A, Q> for No {
    type Out = Self;
}

impl<A: Kinded, Q> Compare<A, Q> for Yes
where
    A::Kind: Rule<A, Q>,
{
    type Out = <A::Kind as Rule<A, Q>>::Out;
}

/// Compares two members of one set by the row of the first.
macro_rules! by_rows {
    ($($kind:ident)*) => {
        $(
            impl<A, B> Rule<A, B> for kind::$kind
            where
                A: Marker,
                B: Marker<Set = A::Set>,
                A::Set: Implication<A::Index> + Implication<B::Index>,
                <A::Set as Implication<A::Index>>::Row: Row<<A::Set as Implication<B::Index>>::Path>,
            {
                type Out =
                    <<A::Set as Implication<A::Index>>::Row as Row<<A::Set as Implication<B::Index>>::Path>>::Out;
            }
        )*
    };
}
by_rows!(Role Scope Permission);

/// Rights of these kinds entail themselves only.
macro_rules! by_identity {
    ($($kind:ty $(, $digits:ident)?;)*) => {
        $(
            impl<A $(, $digits)?> Rule<A, A> for $kind {
                type Out = Yes;
            }
        )*
    };
}
by_identity! {
    kind::ByScheme; kind::Freshness; kind::ContextClass; kind::LoginMethod; kind::Waived; kind::Negated; kind::Own<D>, D;
}

impl<T, A: Entails<B>, B> Rule<In<T, A>, In<T, B>> for kind::Tenanted {
    type Out = A::Out;
}

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

impl<R> Or<R> for Yes {
    type Out = Self;
}

impl<R: Says> Or<R> for No {
    type Out = R::Out;
}

impl<R: Says> And<R> for Yes {
    type Out = R::Out;
}

impl<R> And<R> for No {
    type Out = Self;
}

/// The query `A: Entails<Q>`, evaluated only if needed. The types below query a part or a list.
#[derive(Debug)]
pub struct Ask<A, Q>(PhantomData<fn() -> (A, Q)>);
#[derive(Debug)]
pub struct AskPart<A, X>(PhantomData<fn() -> (A, X)>);
#[derive(Debug)]
pub struct AskOne<A, T>(PhantomData<fn() -> (A, T)>);
#[derive(Debug)]
pub struct AskAll<A, T>(PhantomData<fn() -> (A, T)>);

impl<A: Entails<Q>, Q> Says for Ask<A, Q> {
    type Out = A::Out;
}

impl<A: EntailsPart<X>, X> Says for AskPart<A, X> {
    type Out = A::Out;
}

impl<A: EntailsOne<T>, T> Says for AskOne<A, T> {
    type Out = A::Out;
}

impl<A: EntailsAll<T>, T> Says for AskAll<A, T> {
    type Out = A::Out;
}

// `All` entails an atom if one part does, and `Any` if each part does.
impl<Only: Entails<Q>, Q: Atom> Entails<Q> for All<(Only,)> {
    type Out = Only::Out;
}

impl<Only: Entails<Q>, Q: Atom> Entails<Q> for Any<(Only,)> {
    type Out = Only::Out;
}

// A part is an atom, or a list of atoms.
impl<A: Entails<X>, X: Atom> EntailsPart<X> for A {
    type Out = <A as Entails<X>>::Out;
}

impl<A: Entails<Only>, Only> EntailsPart<All<(Only,)>> for A {
    type Out = <A as Entails<Only>>::Out;
}

impl<A: Entails<Only>, Only> EntailsPart<Any<(Only,)>> for A {
    type Out = <A as Entails<Only>>::Out;
}

impl<A: EntailsPart<Only>, Only> EntailsAll<(Only,)> for A {
    type Out = A::Out;
}

impl<A: Atom + EntailsPart<Only>, Only> EntailsOne<(Only,)> for A {
    type Out = A::Out;
}

impl<Only: EntailsOne<T>, T> EntailsOne<T> for All<(Only,)> {
    type Out = Only::Out;
}

impl<Only: EntailsOne<T>, T> EntailsOne<T> for Any<(Only,)> {
    type Out = Only::Out;
}

macro_rules! lists {
    ($($part:ident),+) => {
        impl<First: Entails<Q>, $($part,)+ Q: Atom> Entails<Q> for All<(First, $($part),+)>
        where
            First::Out: Or<Ask<All<($($part,)+)>, Q>>,
        {
            type Out = <First::Out as Or<Ask<All<($($part,)+)>, Q>>>::Out;
        }

        impl<First: Entails<Q>, $($part,)+ Q: Atom> Entails<Q> for Any<(First, $($part),+)>
        where
            First::Out: And<Ask<Any<($($part,)+)>, Q>>,
        {
            type Out = <First::Out as And<Ask<Any<($($part,)+)>, Q>>>::Out;
        }

        impl<A: Entails<First>, First, $($part),+> EntailsPart<All<(First, $($part),+)>> for A
        where
            <A as Entails<First>>::Out: And<AskPart<A, All<($($part,)+)>>>,
        {
            type Out = <<A as Entails<First>>::Out as And<AskPart<A, All<($($part,)+)>>>>::Out;
        }

        impl<A: Entails<First>, First, $($part),+> EntailsPart<Any<(First, $($part),+)>> for A
        where
            <A as Entails<First>>::Out: Or<AskPart<A, Any<($($part,)+)>>>,
        {
            type Out = <<A as Entails<First>>::Out as Or<AskPart<A, Any<($($part,)+)>>>>::Out;
        }

        impl<A: EntailsPart<First>, First, $($part),+> EntailsAll<(First, $($part),+)> for A
        where
            A::Out: And<AskAll<A, ($($part,)+)>>,
        {
            type Out = <A::Out as And<AskAll<A, ($($part,)+)>>>::Out;
        }

        impl<A: Atom + EntailsPart<First>, First, $($part),+> EntailsOne<(First, $($part),+)> for A
        where
            A::Out: Or<AskOne<A, ($($part,)+)>>,
        {
            type Out = <A::Out as Or<AskOne<A, ($($part,)+)>>>::Out;
        }

        impl<First: EntailsOne<T>, $($part,)+ T> EntailsOne<T> for All<(First, $($part),+)>
        where
            First::Out: Or<AskOne<All<($($part,)+)>, T>>,
        {
            type Out = <First::Out as Or<AskOne<All<($($part,)+)>, T>>>::Out;
        }

        impl<First: EntailsOne<T>, $($part,)+ T> EntailsOne<T> for Any<(First, $($part),+)>
        where
            First::Out: And<AskOne<Any<($($part,)+)>, T>>,
        {
            type Out = <First::Out as And<AskOne<Any<($($part,)+)>, T>>>::Out;
        }
    };
}

lists!(B);
lists!(B, C);
lists!(B, C, D);
lists!(B, C, D, E);
lists!(B, C, D, E, F);
lists!(B, C, D, E, F, G);
lists!(B, C, D, E, F, G, H);
lists!(B, C, D, E, F, G, H, I);
lists!(B, C, D, E, F, G, H, I, J);
lists!(B, C, D, E, F, G, H, I, J, K);
lists!(B, C, D, E, F, G, H, I, J, K, L);

#[diagnostic::do_not_recommend]
impl<A: Atom + Entails<Q, Out = Yes>, Q: Atom> Implied<Q> for A {}

#[diagnostic::do_not_recommend]
impl<T, Q: Atom> Implied<Q> for All<T> where Self: Entails<Q, Out = Yes> {}

#[diagnostic::do_not_recommend]
impl<T, Q: Atom> Implied<Q> for Any<T> where Self: Entails<Q, Out = Yes> {}

#[diagnostic::do_not_recommend]
impl<A: Atom + EntailsOne<T, Out = Yes>, T> Implied<Any<T>> for A {}

#[diagnostic::do_not_recommend]
impl<A: Atom + EntailsAll<T, Out = Yes>, T> Implied<All<T>> for A {}

#[diagnostic::do_not_recommend]
impl<T, U> Implied<Any<U>> for All<T> where Self: EntailsOne<U, Out = Yes> {}

#[diagnostic::do_not_recommend]
impl<T> Implied<Self> for All<T> {}

#[diagnostic::do_not_recommend]
impl<T> Implied<Self> for Any<T> {}
