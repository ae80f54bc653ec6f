//! Errors of handlers, as pages and as problem documents, and the extractors that produce them.

use std::error::Error;

use authgate::Denial;
use authgate::scheme::api_key::ApiKeyError;
use axum::body::Bytes;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::layout;

/// The errors that can occur after authorization.
pub enum AppError {
    /// A denial in the body of a handler. It renders itself.
    Denied(Denial),
    /// The database, or another part that the application needs, does not work.
    Unavailable(Box<dyn Error + Send + Sync>),
    /// The request cannot be read: the sentence is for its sender.
    BadRequest(StatusCode, String),
}

impl From<Denial> for AppError {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        Self::Unavailable(error.into())
    }
}

impl From<ApiKeyError> for AppError {
    fn from(error: ApiKeyError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl AppError {
    /// Returns the response. `body` writes it for a status and a sentence.
    fn respond(self, body: impl FnOnce(StatusCode, &str) -> Response) -> Response {
        match self {
            Self::Denied(denial) => denial.into_response(),
            Self::BadRequest(status, sentence) => body(status, &sentence),
            Self::Unavailable(error) => {
                tracing::error!(%error, "a request failed");
                let sentence = "The service is temporarily unavailable. Try again later.";
                let mut response = body(StatusCode::SERVICE_UNAVAILABLE, sentence);
                response.headers_mut().insert(RETRY_AFTER, 5.into());
                response
            }
        }
    }
}

/// An error as a page.
pub struct PageError(pub AppError);

/// An error as a problem document (RFC 9457).
pub struct ApiError(pub AppError);

impl<E: Into<AppError>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl<E: Into<AppError>> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        self.0.respond(|status, sentence| (status, layout::error(status, sentence, None)).into_response())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.0.respond(problem)
    }
}

pub fn problem(status: StatusCode, sentence: &str) -> Response {
    let title = status.canonical_reason().unwrap_or("Error");
    let body = json!({ "title": title, "status": status.as_u16(), "detail": sentence });
    (status, [(CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

/// A form. The response to one that cannot be read is a page.
pub struct Fields<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Fields<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &S) -> Result<Self, PageError> {
        let form = Form::<T>::from_request(request, state).await;
        let Form(fields) = form.map_err(|rejection: FormRejection| {
            AppError::BadRequest(rejection.status(), "The form cannot be read.".into())
        })?;
        Ok(Self(fields))
    }
}

/// A JSON body. The response to one that cannot be read is a problem document.
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let json = axum::Json::<T>::from_request(request, state).await;
        let axum::Json(body) =
            json.map_err(|rejection| AppError::BadRequest(rejection.status(), rejection.body_text()))?;
        Ok(Self(body))
    }
}

/// Returns the body of a denial that a browser shows as a page, for `GateBuilder::render`. Other
/// clients get the problem document of authgate.
pub fn denial_page(denial: &Denial) -> Option<authgate::denial::CustomBody> {
    use authgate::denial::{BodyFormat, CustomBody};
    if denial.form() != BodyFormat::Page {
        return None;
    }
    let decision = denial.decision_id().map(|id| id.to_string());
    let page = layout::error(denial.status(), denial.reason().detail(), decision.as_deref());
    Some(CustomBody::html(Bytes::from(page.into_string())))
}
