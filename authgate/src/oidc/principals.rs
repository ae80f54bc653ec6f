//! The principals of users that a provider has signed in.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use serde::de::DeserializeOwned;

use crate::jws::read_json;
use crate::log::{Causes, OneLine};
use crate::right::{Context, ForbiddenReason, Principal, TypeName, has_non_empty_id};
use crate::scheme::{Resolve, ResolveError};

/// The result of a search for a principal.
pub(super) enum Search<P> {
    Found(P),
    /// The claims do not have the form that the application requires.
    Unreadable,
    Forbidden(ForbiddenReason),
    Unavailable,
}

pub(super) type Searching<'a, P> = Pin<Box<dyn Future<Output = Search<P>> + Send + 'a>>;

/// A source of principals.
pub(super) trait Principals<P>: Send + Sync {
    /// Finds the principal for the claims of a verified ID token, which are a JSON object.
    fn find<'a>(&'a self, claims: &'a [u8], context: &'a Context) -> Searching<'a, P>;

    /// Returns `true` if the source can deny a user.
    fn forbids(&self) -> bool;
}

/// The claims are the principal.
pub(super) struct FromClaims;

impl<P: Principal + DeserializeOwned + Send + 'static> Principals<P> for FromClaims {
    fn find<'a>(&'a self, claims: &'a [u8], _: &'a Context) -> Searching<'a, P> {
        let principal = read::<P>(claims).filter(has_non_empty_id);
        Box::pin(std::future::ready(principal.map_or(Search::Unreadable, Search::Found)))
    }

    fn forbids(&self) -> bool {
        false
    }
}

/// The application finds the principal for the claims.
pub(super) struct FromSource<C, R>(pub(super) R, pub(super) PhantomData<fn() -> C>);

impl<C, R> Principals<R::Principal> for FromSource<C, R>
where
    C: DeserializeOwned + Send + 'static,
    R: Resolve<C>,
    R::Principal: Principal,
{
    fn find<'a>(&'a self, claims: &'a [u8], context: &'a Context) -> Searching<'a, R::Principal> {
        let claims = read::<C>(claims);
        Box::pin(async move {
            let Some(claims) = claims else { return Search::Unreadable };
            match self.0.resolve(claims, context).await {
                Ok(principal) if has_non_empty_id(&principal) => Search::Found(principal),
                Ok(_) => {
                    let source = TypeName::of::<R>();
                    tracing::error!(target: "authgate::oidc", %source, "an account has an empty id");
                    Search::Unavailable
                }
                Err(ResolveError::UnknownAccount) => Search::Forbidden(ForbiddenReason::Account),
                Err(ResolveError::Forbidden(message)) => Search::Forbidden(ForbiddenReason::Policy(message)),
                Err(ResolveError::Unavailable(error)) => {
                    let source = TypeName::of::<R>();
                    tracing::error!(target: "authgate::oidc", %source, error = %OneLine(&Causes(&*error)), "an account could not be loaded");
                    Search::Unavailable
                }
            }
        })
    }

    fn forbids(&self) -> bool {
        true
    }
}

/// Deserializes the claims. If this fails, the user can never sign in, so an event names the type.
fn read<T: DeserializeOwned>(claims: &[u8]) -> Option<T> {
    let mut why = None;
    let read =
        read_json(claims, |json| T::deserialize(json).inspect_err(|error| why = Some(error.to_string())));
    if let Some(error) = why {
        let claims = TypeName::of::<T>();
        tracing::error!(target: "authgate::oidc", %claims, error = %OneLine(&error), "the claims of an ID token do not have the form of the type");
    }
    read.ok()
}
