//! All routes. `access.lock` has what each of them requires.

use authgate::Router;
use authgate::oidc::Login;
use authgate::routing::{get, post};
use authgate::session::Sessions;
use axum::extract::DefaultBodyLimit;
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::middleware::map_response;
use axum::response::Response;

use crate::state::App;
use crate::users::User;
use crate::{admin, api, document_pages, home, key_pages, login, member_pages, org_pages, service};

/// The largest body, in bytes. A document has at most 100,000, which a form may triple.
const LARGEST_BODY: usize = 400_000;

pub fn routes(sessions: &Sessions, login: Option<&Login<User>>) -> Router<App> {
    // A provider has a session, too, which its `/logout` ends.
    let sign_out = match login {
        Some(login) => login.routes(sessions),
        None => Router::new().route("/logout", post(login::sign_out)),
    };
    Router::new()
        .merge(sign_out)
        .route("/", get(home::page))
        .route("/login", get(login::page).post(login::sign_in))
        .route("/orgs", post(home::create))
        .nest("/orgs/{org}", org())
        .nest("/admin", admin_area())
        .merge(api::routes())
        .route("/health", get(service::health))
        .route("/ready", get(service::ready))
        .route("/metrics", get(service::metrics))
        .route("/robots.txt", get(service::robots))
        .route("/style.css", get(service::style))
        .fallback(service::not_found)
        .layer(sessions.layer())
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(map_response(secured))
}

fn org() -> Router<App> {
    Router::new()
        .route("/", get(document_pages::list))
        .route("/documents", post(document_pages::create))
        .route("/documents/new", get(document_pages::new))
        .route("/documents/{id}", get(document_pages::read).post(document_pages::save))
        .route("/documents/{id}/edit", get(document_pages::edit))
        .route("/documents/{id}/delete", post(document_pages::delete))
        .route("/documents/{id}/shares", post(document_pages::share))
        .route("/documents/{id}/shares/{user}/remove", post(document_pages::unshare))
        .route("/members", get(member_pages::list).post(member_pages::add))
        .route("/members/{user}", post(member_pages::change))
        .route("/members/{user}/remove", post(member_pages::remove))
        .route("/keys", get(key_pages::list).post(key_pages::create))
        .route("/keys/new", get(key_pages::new))
        .route("/keys/{key}/revoke", post(key_pages::revoke))
        .route("/audit", get(org_pages::audit_trail))
        .route("/settings", get(org_pages::settings))
        .route("/delete", get(org_pages::confirm_delete).post(org_pages::delete))
}

fn admin_area() -> Router<App> {
    Router::new()
        .route("/", get(admin::users))
        .route("/audit", get(admin::audit_trail))
        .route("/access", get(admin::access))
        .route("/users/{user}/suspend", post(admin::suspend))
        .route("/users/{user}/reinstate", post(admin::reinstate))
        .route("/users/{user}/delete", get(admin::confirm_delete).post(admin::delete))
}

/// Adds header fields that every response has. A handler that sets one keeps it.
async fn secured(mut response: Response) -> Response {
    // Pages without scripts, which no other site may frame. After a sign-out, a form leads to the
    // provider.
    let policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self' https:; \
                  frame-ancestors 'none'; base-uri 'none'";
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, policy),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "same-origin"),
        // Pages are for their user alone.
        (CACHE_CONTROL, "no-store"),
    ] {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
