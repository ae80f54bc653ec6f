//! The cookies of a browser, as far as tests need them.

use std::collections::BTreeMap;

use axum::body::Body;
use http::Request;
use http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};

use crate::ask::{Answer, send};

/// The cookies of one host.
#[derive(Clone, Debug, Default)]
pub struct Jar(BTreeMap<String, String>);

impl Jar {
    /// Returns the value of a cookie.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Sets a cookie.
    pub fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    /// Returns the `Cookie` line.
    #[must_use]
    pub fn line(&self) -> String {
        let pairs: Vec<_> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    /// Sends a request without a body.
    pub async fn ask(&mut self, app: &axum::Router, line: &str) -> Answer {
        self.ask_with(app, line, &[], "").await
    }

    /// Posts a form.
    pub async fn post(&mut self, app: &axum::Router, path: &str, form: &str) -> Answer {
        let form_type = [(CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded")];
        self.ask_with(app, &format!("POST {path}"), &form_type, form).await
    }

    /// Sends a request with header fields and a body.
    pub async fn ask_with(
        &mut self,
        app: &axum::Router,
        line: &str,
        fields: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let (method, target) = line.split_once(' ').expect("a method and a target");
        let mut request = Request::builder().method(method).uri(target).header("host", "app.example");
        if !self.0.is_empty() {
            request = request.header(COOKIE, self.line());
        }
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let answer = send(app, request.body(Body::from(body.to_owned())).expect("a request")).await;
        self.keep(&answer);
        answer
    }

    /// Stores the cookies that a response sets. A cookie with the prefix `__Host-` is only stored
    /// or removed if browsers would do so.
    pub fn keep(&mut self, answer: &Answer) {
        for line in answer.headers.get_all(SET_COOKIE) {
            let line = line.to_str().expect("ASCII");
            let mut parts = line.split("; ");
            let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).expect("a pair");
            let attributes: Vec<_> = parts.collect();
            let has = |attribute: &str| attributes.contains(&attribute);
            let names_a_host = attributes.iter().any(|attribute| attribute.starts_with("Domain"));
            if name.starts_with("__Host-") && !(has("Secure") && has("Path=/") && !names_a_host) {
                continue;
            }
            if has("Max-Age=0") {
                self.0.remove(name);
            } else {
                self.set(name, value);
            }
        }
    }
}
