use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;

use crate::gate::Step;
use crate::handler::Access;
use crate::handler::declares::{Admit, Sealed};
use crate::proof::{IsInvariant, Remember};
use crate::right::{Declaration, Site};

/// The declaration after a macro has reported an error. It keeps the route of the handler from
/// being a second error, and never admits a request.
#[derive(Debug)]
pub struct Mistake(());

impl Mistake {
    /// For a body whose type is `impl IntoResponse`.
    #[expect(clippy::new_without_default, reason = "only the macros create one")]
    #[must_use]
    pub const fn new() -> Self {
        Self(())
    }
}

impl<S: Sync> FromRequestParts<S> for Mistake {
    type Rejection = Self;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Self> {
        Err(Self(()))
    }
}

impl IntoResponse for Mistake {
    fn into_response(self) -> Response {
        StatusCode::SERVICE_UNAVAILABLE.into_response()
    }
}

impl<S: Sync> Admit<S> for Mistake {
    type Denied = Self;
    type Waiting = Infallible;

    fn begin(_: &mut Parts, _: &S, _: Option<Site>, _: Remember) -> Step<Result<Self, Self>, Infallible> {
        Step::Done(Err(Self(())))
    }

    async fn finish(waiting: Infallible, _: &mut Parts, _: &S, _: Option<Site>) -> Result<Self, Self> {
        match waiting {}
    }
}

// It is not a proof.
impl IsInvariant for Mistake {}
impl Sealed for Mistake {}
impl Access for Mistake {
    const DECLARATION: Declaration = Declaration::Public { reason: "a handler that does not compile" };
}
