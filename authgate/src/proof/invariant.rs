//! Variance: subtyping never turns a proof of one right into a proof of another.

use super::{
    Authenticated, Authorized, AuthorizedOn, Concealed, ConcealedUnless, Granted, ProofRef, Unauthenticated,
    VisibleList, With,
};
use crate::proof::visible::Listable;
use crate::right::Invariant;

/// A type that subtyping does not convert.
///
/// It is a supertrait of the traits that seal declarations and lent proofs. A new proof type does
/// not compile without an entry below.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not known to be invariant",
    label = "not a proof of authgate"
)]
pub trait IsInvariant {}

/// Implements [`IsInvariant`] for structs whose field `invariant` lists all their parameters.
macro_rules! invariant {
    ($([
        $($parameter:ident $(: $bound:ident)?),* $(; unsized $last:ident)? $(; const $value:ident: bool)?
    ] $name:ty;)*) => {
        $(
            impl<$($parameter $(: $bound)?,)* $($last: ?Sized)? $(const $value: bool)?> IsInvariant for $name {}

            const _: () = {
                #[expect(dead_code, reason = "checks the type of the field and is never called")]
                fn check<'proof, $($parameter $(: $bound)?,)* $($last: ?Sized)? $(const $value: bool)?>(
                    proof: &'proof $name,
                ) -> &'proof Invariant<($($parameter,)* $($last)?)> {
                    &proof.invariant
                }
            };
        )*
    };
}

invariant! {
    [P] Unauthenticated<P>;
    [P] Authenticated<P>;
    [R, P] Authorized<R, P>;
    [R, P] ProofRef<'_, R, P>;
    [T, P; unsized R] Granted<R, T, P>;
    [R, T, P] AuthorizedOn<R, T, P>;
    [T: Listable, R, P] VisibleList<T, R, P>;
    [G] Concealed<G>;
    [G; unsized V] ConcealedUnless<V, G>;
    [C, G; const CONCEAL: bool] With<C, G, CONCEAL>;
}

// Each member of a tuple of proofs is a proof.
impl<A, B> IsInvariant for (A, B) {}
impl<A, B, C> IsInvariant for (A, B, C) {}
impl<A, B, C, D> IsInvariant for (A, B, C, D) {}
