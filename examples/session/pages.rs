//! The HTML pages. Caches must not store them and search engines must not index them.

use authgate::credentials::ReturnTo;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, HeaderName, WWW_AUTHENTICATE};
use axum::response::{Html, IntoResponse as _, Response};

fn page(title: &str, body: &str) -> Response {
    let fields = [(CACHE_CONTROL, "no-store"), (HeaderName::from_static("x-robots-tag"), "noindex")];
    let head = format!("<meta charset=utf-8><meta name=robots content=noindex><title>{title}</title>");
    (fields, Html(format!("<!doctype html><html lang=en>{head}<h1>{title}</h1>\n{body}\n"))).into_response()
}

fn form(return_to: &ReturnTo) -> String {
    format!(
        r#"<form method="post" action="/login">
<p><label>User name <input name="username" autocomplete="username" required autofocus></label>
<p><label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<input name="return_to" type="hidden" value="{}">
<p><button>Sign in</button>
</form>"#,
        return_to.html()
    )
}

pub fn login(return_to: &ReturnTo) -> Response {
    page("Sign in", &form(return_to))
}

/// Every 401 must have a challenge (RFC 9110 section 15.5.2).
pub fn wrong_password(return_to: &ReturnTo) -> Response {
    let body =
        format!("<p role=alert>There is no such user, or the password is another.\n{}", form(return_to));
    (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, "Cookie realm=\"app\"")], page("Sign in", &body))
        .into_response()
}

pub fn home(name: Option<&str>) -> Response {
    let body = match name {
        Some(name) => format!(
            "<p>You are {}. <a href=\"/me\">What is known of you</a>, <a href=\"/admin\">what admins see</a>.\n\
             <form method=\"post\" action=\"/logout\"><button>Sign out</button></form>",
            escaped(name)
        ),
        None => "<p>Nobody is signed in. <a href=\"/login\">Sign in</a>".to_owned(),
    };
    page("Home", &body)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
