//! Sends a request, and records the outcome.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, HeaderName, ORIGIN, VARY, WWW_AUTHENTICATE,
};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use tower_service::Service as _;

use crate::testing::mark::{DeniedFor, ProbeProgress, Probing};

/// The outcome of a request.
pub(super) struct Outcome {
    pub(super) mark: Arc<ProbeProgress>,
    pub(super) answer: Answer,
}

/// The response, or the reason that it is missing.
pub(super) enum Answer {
    Response { status: StatusCode, headers: HeaderMap, body: Bytes, denied: Option<DeniedFor> },
    Panic,
    Silence,
}

/// The time limit for a response.
const PATIENCE: Duration = Duration::from_secs(10);
/// The number of bytes that are read from a body.
const MOST: usize = 1 << 20;

pub(super) async fn ask(app: &Router, mut parts: Parts) -> Outcome {
    let mark = Arc::new(ProbeProgress::default());
    parts.extensions.insert(Probing(Arc::clone(&mark)));
    // Some schemes need the address of the peer. No proxy configuration trusts this one (RFC 5737
    // section 3).
    #[cfg(feature = "proxy")]
    parts.extensions.insert(axum::extract::connect_info::MockConnectInfo(std::net::SocketAddr::from((
        [192, 0, 2, 1],
        9,
    ))));
    // No handler accepts this body. A router that reads it before the decision responds with 400,
    // 415 or 422.
    let request = Request::from_parts(parts, Body::from("{"));
    let mut app = app.clone();
    // In a separate task, so that a panic does not end the probe.
    let answer = tokio::spawn(async move {
        let Ok(response) = app.call(request).await;
        let (parts, body) = response.into_parts();
        let denied = parts.extensions.get::<DeniedFor>().copied();
        let body = axum::body::to_bytes(body, MOST).await.unwrap_or_default();
        Answer::Response { status: parts.status, headers: parts.headers, body, denied }
    });
    let task = answer.abort_handle();
    let answer = match tokio::time::timeout(PATIENCE, answer).await {
        Ok(answer) => answer.unwrap_or(Answer::Panic),
        Err(_) => {
            task.abort();
            Answer::Silence
        }
    };
    Outcome { mark, answer }
}

impl Outcome {
    pub(super) fn is_denied_by(&self, status: StatusCode) -> bool {
        matches!(&self.answer, Answer::Response { status: got, .. } if *got == status) && !self.is_admitted()
    }

    /// Returns `true` if a layer answers scripts of other origins, and keeps the challenge of a 401
    /// from them (the CORS protocol of Fetch, `Access-Control-Expose-Headers`).
    pub(super) fn hides_challenge(&self) -> bool {
        let Answer::Response { headers, .. } = &self.answer else { return false };
        let lists = |list: &HeaderName, name: &str| {
            let lines = headers.get_all(list).iter().filter_map(|line| line.to_str().ok());
            lines.flat_map(|line| line.split(',')).any(|item| item.trim().eq_ignore_ascii_case(name))
        };
        // A layer that allows some origins only does not answer the probe, but its answers vary.
        let answers_scripts =
            headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) || lists(&VARY, ORIGIN.as_str());
        answers_scripts
            && headers.contains_key(WWW_AUTHENTICATE)
            && !lists(&ACCESS_CONTROL_EXPOSE_HEADERS, WWW_AUTHENTICATE.as_str())
            && !lists(&ACCESS_CONTROL_EXPOSE_HEADERS, "*")
    }

    pub(super) const fn is_silence(&self) -> bool {
        matches!(self.answer, Answer::Silence)
    }

    pub(super) fn is_admitted(&self) -> bool {
        self.mark.is_admitted()
    }

    /// Returns the reason of the denial, if authgate denied the request.
    pub(super) fn denied(&self) -> Option<DeniedFor> {
        match &self.answer {
            // An admitted request is stopped with a denial that does not count.
            Answer::Response { denied, .. } if !self.is_admitted() => *denied,
            _ => None,
        }
    }

    /// Describes the outcome in a few words: `403 role_missing`.
    pub(super) fn describe(&self) -> String {
        if self.mark.has_run() {
            return "the handler ran".to_owned();
        }
        if self.is_admitted() {
            return "admitted".to_owned();
        }
        match &self.answer {
            Answer::Response { status, denied: Some(DeniedFor { shown, real }), .. } if shown == real => {
                format!("{} {shown}", status.as_u16())
            }
            Answer::Response { status, denied: Some(DeniedFor { shown, real }), .. } => {
                format!("{} {shown} (concealed {real})", status.as_u16())
            }
            Answer::Response { status, denied: None, .. } => {
                format!("{}, not from authgate", status.as_u16())
            }
            Answer::Panic => "a panic".to_owned(),
            Answer::Silence => format!("no response within {} s", PATIENCE.as_secs()),
        }
    }
}
