//! Sends the browser to the provider (OpenID Connect Core 1.0 section 3.1.2.1).

use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue, LOCATION, SET_COOKIE};
use http::request::Parts;

use super::login::Inner;
use super::parameters::Parameters;
use super::transaction::{Cookies, Transaction};
use crate::credentials::{ReturnTo, in_query};
use crate::error::BackendError;
use crate::right::{ForbiddenReason, Reason};

/// The maximum length of a parameter that is passed on to the provider, in bytes.
const LONGEST: usize = 512;

/// The login that a request for the login page requires.
struct Required<'a> {
    max_age: u64,
    acr_values: &'a str,
    is_step_up: bool,
    prompt: Option<String>,
    login_hint: Option<&'a str>,
    ui_locales: Option<&'a str>,
}

impl<'a> Required<'a> {
    /// Reads the query. The gate writes it, and the user can change it. A weaker login than the
    /// route requires only leads back to the login page, because the session states how strong it
    /// is.
    fn read(query: &'a Parameters, usual_max_age: u64) -> Self {
        let text = |name: &str| query.get(name).filter(|text| is_harmless(text));
        let max_age = query.get("max_age").and_then(|seconds| seconds.parse::<u64>().ok());
        let acr_values = text("acr_values").unwrap_or_default();
        let is_step_up = query.get("reason") == Some(Reason::Forbidden(ForbiddenReason::Login).code());
        // A provider must ask again if the last login is older than `max_age`. It may ignore
        // classes, and it does not know of the methods that a route requires.
        let must_ask = is_step_up && (max_age.is_none() || !acr_values.is_empty());
        let prompt = query.get("prompt").and_then(prompts).or_else(|| must_ask.then(|| "login".to_owned()));
        Self {
            max_age: max_age.map_or(usual_max_age, |age| age.min(usual_max_age)),
            acr_values,
            is_step_up,
            prompt,
            login_hint: text("login_hint"),
            ui_locales: text("ui_locales"),
        }
    }
}

/// Returns `true` for printable text of a usual length.
fn is_harmless(text: &str) -> bool {
    text.len() <= LONGEST && !text.chars().any(char::is_control)
}

/// Returns the known values of `prompt`. `none` only counts alone.
fn prompts(text: &str) -> Option<String> {
    let known = |value: &&str| matches!(*value, "none" | "login" | "consent" | "select_account");
    let values: Vec<_> = text.split(' ').filter(known).take(4).collect();
    let is_valid = !values.is_empty() && (values.len() == 1 || !values.contains(&"none"));
    is_valid.then(|| values.join(" "))
}

impl Inner {
    /// Returns the redirect to the provider, with the cookie of the login. `None` if the provider
    /// has just signed the user in for the same page, and the page requires another login.
    pub(super) async fn start(
        &self,
        request: &Parts,
        cookies: Cookies,
    ) -> Result<Option<Response>, BackendError> {
        let metadata = self.provider.metadata().await?;
        let query = Parameters::parse(request.uri.query().unwrap_or_default()).unwrap_or_default();
        let required = Required::read(&query, self.max_age);
        let return_to = query.get("return_to").map(ReturnTo::new).unwrap_or_default();
        let return_to = if self.is_own(&return_to) { ReturnTo::default() } else { return_to };
        let Required { max_age, acr_values, is_step_up, .. } = required;
        if is_step_up && cookies.has_stepped_up(&request.headers, &return_to) {
            return Ok(None);
        }
        let transaction = Transaction::start(max_age, acr_values, return_to, is_step_up)?;
        let endpoint = metadata.authorization_endpoint.to_string();
        let location = self.authorization_request(endpoint, &transaction, &required);
        let location = HeaderValue::try_from(location).map_err(BackendError::new)?;
        let mut response = see_other(location);
        for field in cookies.set(&request.headers, &transaction, &self.key) {
            response.headers_mut().append(SET_COOKIE, field);
        }
        Ok(Some(response))
    }

    /// Returns `true` if the path is a route of the login. Returning there would start another
    /// login.
    fn is_own(&self, return_to: &ReturnTo) -> bool {
        let path = return_to.path().and_then(|path| path.split(['?', '#']).next());
        let paths = &self.paths;
        [&paths.login, &paths.callback, &paths.logout, &paths.back_channel_logout]
            .into_iter()
            .any(|own| path == Some(own.as_str()))
    }

    fn authorization_request(
        &self,
        mut location: String,
        transaction: &Transaction,
        required: &Required<'_>,
    ) -> String {
        let max_age = transaction.max_age.to_string();
        let [redirect_uri, nonce, challenge] =
            [self.redirect_uri(), transaction.nonce(&self.key), transaction.challenge(&self.key)];
        let acr_values = Some(required.acr_values).filter(|values| !values.is_empty());
        for (name, value) in [
            ("response_type", Some("code")),
            ("response_mode", self.is_form_post.then_some("form_post")),
            ("client_id", Some(&*self.client_id)),
            ("redirect_uri", Some(&*redirect_uri)),
            ("scope", Some(&*self.scope)),
            ("state", Some(&*transaction.state)),
            ("nonce", Some(&*nonce)),
            ("code_challenge", Some(&*challenge)),
            ("code_challenge_method", Some("S256")),
            // An ID token states `auth_time` only if this was sent (section 2).
            ("max_age", Some(&*max_age)),
            ("acr_values", acr_values),
            ("prompt", required.prompt.as_deref()),
            ("login_hint", required.login_hint),
            ("ui_locales", required.ui_locales),
        ] {
            if let Some(value) = value {
                add_to_query(&mut location, name, value);
            }
        }
        location
    }
}

/// Adds a parameter to an address, which may have a query.
pub(super) fn add_to_query(location: &mut String, name: &str, value: &str) {
    location.push(if location.contains('?') { '&' } else { '?' });
    location.push_str(&format!("{name}={}", in_query(value)));
}

/// Returns a redirect that is not stored.
pub(super) fn see_other(location: HeaderValue) -> Response {
    let no_store = const { HeaderValue::from_static("no-store") };
    (StatusCode::SEE_OTHER, [(LOCATION, location), (CACHE_CONTROL, no_store)]).into_response()
}
