//! What a gate's denials have in common, made ready when the gate is built.

use axum::body::Bytes;
use http::header::{ACCEPT, HeaderName, HeaderValue};

use super::rendering::Render;
use super::{Challenge, Form, Reason};

/// One scheme's challenge, in the forms that need no request to be known.
pub(super) struct Line {
    pub(super) challenge: Challenge,
    plain: HeaderValue,
    invalid_token: HeaderValue,
    invalid_request: HeaderValue,
}

impl Line {
    fn new(challenge: Challenge) -> Self {
        let with = |error| {
            if challenge.tells_errors() {
                challenge.clone().parameter("error", error)
            } else {
                challenge.clone()
            }
        };
        Self {
            plain: challenge.to_value(),
            invalid_token: with("invalid_token").to_value(),
            invalid_request: with("invalid_request").to_value(),
            challenge,
        }
    }

    pub(super) fn value(&self, error: Option<&str>) -> HeaderValue {
        match error {
            Some("invalid_token") => self.invalid_token.clone(),
            Some("invalid_request") => self.invalid_request.clone(),
            _ => self.plain.clone(),
        }
    }
}

/// A gate's denials.
pub(crate) struct Prepared {
    pub(super) lines: Box<[Line]>,
    pub(super) vary: HeaderValue,
    pub(super) render: Option<Render>,
    bodies: Box<[(Reason, [Bytes; Form::ALL.len()])]>,
}

impl Prepared {
    pub(crate) fn new(challenges: Vec<Challenge>, fields: &[HeaderName], render: Option<Render>) -> Self {
        let mut vary = vec![ACCEPT.as_str()];
        for field in fields {
            if !vary.contains(&field.as_str()) {
                vary.push(field.as_str());
            }
        }
        Self {
            lines: challenges.into_iter().map(Line::new).collect(),
            // Field names make a field value.
            vary: HeaderValue::try_from(vary.join(", ")).unwrap_or_else(|_| HeaderValue::from_static("*")),
            render,
            bodies: Reason::ALL
                .iter()
                .map(|reason| (*reason, Form::ALL.map(|form| form.body(*reason))))
                .collect(),
        }
    }

    pub(super) fn body(&self, reason: Reason, form: Form) -> Bytes {
        let bodies = self.bodies.iter().find(|(known, _)| *known == reason);
        bodies.and_then(|(_, bodies)| bodies.get(form as usize)).cloned().unwrap_or_else(|| form.body(reason))
    }
}
