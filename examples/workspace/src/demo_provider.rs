//! An OpenID provider in this process, for a first try: the demo users sign in at it with the demo
//! password. It listens on this machine only. `AUTHGATE_ISSUER` names a real one.

use std::collections::HashMap;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::db::{new_id, now};
use crate::seed::PEOPLE;

/// The id of the only client, which has no secret.
pub const CLIENT: &str = "workspace";

struct Provider {
    url: String,
    password: String,
    /// The only address that gets a code.
    redirect_uri: String,
    key: Ed25519KeyPair,
    /// The codes that were not used yet.
    codes: Mutex<HashMap<String, Code>>,
}

/// A code, with the person who has signed in.
struct Code {
    login: Authorization,
    email: String,
    at: i64,
}

/// Serves a provider on a free port for the client with this redirect URI, and returns its name.
pub async fn serve(password: String, redirect_uri: String) -> Result<String, Box<dyn Error>> {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let key = Ed25519KeyPair::generate()?;
    let provider = Provider { url: url.clone(), password, redirect_uri, key, codes: Mutex::default() };
    let app = Router::new()
        .route("/.well-known/openid-configuration", get(metadata))
        .route("/jwks", get(keys))
        .route("/authorize", get(ask).post(authorize))
        .route("/token", post(token))
        .with_state(Arc::new(provider));
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(url)
}

async fn metadata(State(provider): State<Arc<Provider>>) -> Json<Value> {
    let url = &provider.url;
    Json(json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
        "token_endpoint_auth_methods_supported": ["none"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn keys(State(provider): State<Arc<Provider>>) -> Json<Value> {
    let x = BASE64.encode(provider.key.public_key());
    Json(json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": "demo", "x": x }] }))
}

/// The parameters of the request that the form repeats.
#[derive(Deserialize)]
struct Authorization {
    redirect_uri: String,
    state: String,
    nonce: String,
    code_challenge: String,
}

async fn ask(State(provider): State<Arc<Provider>>, Query(login): Query<Authorization>) -> Response {
    if login.redirect_uri != provider.redirect_uri {
        return unknown_application();
    }
    form(&login, StatusCode::OK)
}

/// An unknown redirect URI must not get a redirect (RFC 6749 section 4.1.2.1).
fn unknown_application() -> Response {
    let content = html! {
        section.narrow.card {
            h1 { "Demo provider" }
            p { "The redirect URI is not one of the application." }
        }
    };
    (StatusCode::BAD_REQUEST, page(&content)).into_response()
}

/// Returns a page with the style of the application, and without its frame: it is another service.
fn page(content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Demo provider" }
                link rel="icon" href="data:,";
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body { main { (content) } }
        }
    }
}

fn form(login: &Authorization, status: StatusCode) -> Response {
    let content = html! {
        section.narrow.card {
            h1 { "Demo provider" }
            p.lead { "Sign in to Workspace with a demo user and the demo password." }
            @if status != StatusCode::OK {
                p.notice.problem role="alert" { "The e-mail address or the password is wrong." }
            }
            form.stack method="post" {
                label { "E-mail address" input type="email" name="email" required autofocus; }
                label { "Password" input type="password" name="password" required; }
                input type="hidden" name="redirect_uri" value=(login.redirect_uri);
                input type="hidden" name="state" value=(login.state);
                input type="hidden" name="nonce" value=(login.nonce);
                input type="hidden" name="code_challenge" value=(login.code_challenge);
                button { "Continue" }
            }
        }
    };
    (status, page(&content)).into_response()
}

#[derive(Deserialize)]
struct Credentials {
    email: String,
    password: String,
    #[serde(flatten)]
    login: Authorization,
}

async fn authorize(State(provider): State<Arc<Provider>>, Form(form_data): Form<Credentials>) -> Response {
    let Credentials { email, password, login } = form_data;
    if login.redirect_uri != provider.redirect_uri {
        return unknown_application();
    }
    let is_known = PEOPLE.iter().any(|(known, ..)| *known == email);
    if !is_known || password != provider.password {
        return form(&login, StatusCode::UNAUTHORIZED);
    }
    let code = new_id();
    let text = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let (state, issuer) = (text(&login.state), text(&provider.url));
    let target = format!("{}?code={code}&state={state}&iss={issuer}", login.redirect_uri);
    let mut codes = provider.codes.lock().unwrap_or_else(PoisonError::into_inner);
    codes.retain(|_, code| code.at > now() - 60);
    codes.insert(code, Code { login, email, at: now() });
    Redirect::to(&target).into_response()
}

#[derive(Deserialize)]
struct TokenRequest {
    code: String,
    redirect_uri: String,
    code_verifier: String,
}

async fn token(State(provider): State<Arc<Provider>>, Form(request): Form<TokenRequest>) -> Response {
    let code = provider.codes.lock().unwrap_or_else(PoisonError::into_inner).remove(&request.code);
    let challenge = BASE64.encode(digest(&SHA256, request.code_verifier.as_bytes()));
    let code = code.filter(|code| {
        code.login.redirect_uri == request.redirect_uri && code.login.code_challenge == challenge
    });
    let Some(Code { login, email, at }) = code else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    };
    let token = provider.sign(&json!({
        "iss": provider.url,
        "aud": CLIENT,
        "sub": email,
        "email": email,
        "email_verified": true,
        "nonce": login.nonce,
        "auth_time": at,
        "iat": now(),
        "exp": now() + 300,
    }));
    Json(json!({ "access_token": new_id(), "token_type": "Bearer", "id_token": token })).into_response()
}

impl Provider {
    fn sign(&self, claims: &Value) -> String {
        let parts = [&json!({ "alg": "EdDSA", "kid": "demo" }), claims];
        let signed = parts.map(|part| BASE64.encode(part.to_string())).join(".");
        format!("{signed}.{}", BASE64.encode(self.key.sign(signed.as_bytes())))
    }
}
