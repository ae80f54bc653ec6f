//! The extractors of all proofs.

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::prove::{Prove, States, admit};
use super::resource::{AsyncPolicy, Resource};
use super::visible::{ListPolicy, Listable};
use super::{Authenticated, Authorized, Concealed, ConcealedUnless, Granted, VisibleList, With};
use crate::denial::Denial;
use crate::gate::HasGate;
use crate::right::{Principal, Requirement, Site};

macro_rules! extractors {
    ($([$($generics:tt)*] $proof:ty where { $($bounds:tt)* } by $admit:path;)*) => {
        $(
            impl<$($generics)*, S> FromRequestParts<S> for $proof
            where
                $($bounds)*
            {
                type Rejection = Denial;

                async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Denial> {
                    let site = Site::of(parts);
                    $admit(parts, state, site).await
                }
            }
        )*
    };
}

extractors! {
    [P: Principal] Authenticated<P> where { S: HasGate<P> + Sync } by Self::admitted;
    [R: Requirement<P>, P: Principal] Authorized<R, P> where { S: HasGate<P> + Sync } by admit;
    [R, T, P] Granted<R, T, P> where {
        R: AsyncPolicy<T, S, Principal = P>,
        T: Resource<S>,
        P: Principal,
        S: HasGate<P> + Sync,
    } by admit;
    [T: Listable, R: ListPolicy<T, Principal = P>, P: Principal] VisibleList<T, R, P> where {
        S: HasGate<P> + Sync
    } by admit;
    [G] Concealed<G> where {
        Self: Prove<S>,
        S: HasGate<<Self as States>::Principal> + Sync,
    } by admit;
    [V, G] ConcealedUnless<V, G> where {
        Self: Prove<S>,
        S: HasGate<<Self as States>::Principal> + Sync,
    } by admit;
    [C, G, const CONCEAL: bool] With<C, G, CONCEAL> where {
        Self: Prove<S>,
        S: HasGate<<Self as States>::Principal> + Sync,
    } by admit;
}
