//! Calls other services on behalf of a caller: forwards the token of the caller, or exchanges it
//! for another token (RFC 8693).
//!
//! `cargo run --example token_exchange` prints curl commands. `AUTHGATE_ADDR` sets the address to
//! listen on. The issuer and the other services are in the same process.

#[path = "resource_server/issuer.rs"]
mod issuer;

use std::env;
use std::error::Error;
use std::sync::Arc;

use authgate::oauth::{AccessTokens, BackendError, Fetch as _, HttpClient};
use authgate::routing::get;
use authgate::scheme::{Bearer, Issuer};
use authgate::{Authenticated, Gate, PresentedToken, Router};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRef, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use axum::http::{Request, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The audience of this service and of `invoices`, which are two parts of one API.
pub const SHOP: &str = "https://shop.example";
/// The audience of a service of another team.
const STOCK: &str = "https://stock.example";

#[derive(authgate::Principal, Deserialize)]
pub struct Caller {
    #[principal(id)]
    sub: String,
}

#[derive(Clone, FromRef)]
pub struct App {
    gate: Gate<Caller>,
    others: Arc<Others>,
}

/// The other services, and the client that calls them.
struct Others {
    http: HttpClient,
    token_endpoint: String,
    invoices: String,
    stock: String,
}

#[derive(Deserialize)]
struct Exchanged {
    access_token: String,
}

impl Others {
    /// Sends a request, and returns the JSON of a response with the status 200.
    async fn json<T: serde::de::DeserializeOwned>(&self, request: Request<Bytes>) -> Result<T, BackendError> {
        let response = self.http.fetch(request).await?;
        if response.status() != StatusCode::OK {
            return Err(BackendError::new(format!("status {}", response.status())));
        }
        serde_json::from_slice(response.body()).map_err(BackendError::new)
    }

    async fn call(&self, url: &str, authorization: HeaderValue) -> Result<Value, BackendError> {
        let request = Request::get(url).header(AUTHORIZATION, authorization).body(Bytes::new());
        self.json(request.map_err(BackendError::new)?).await
    }

    /// Returns a token of the same caller for another audience. This service is the actor in it.
    async fn exchange(&self, token: &str, audience: &str) -> Result<HeaderValue, BackendError> {
        // A form allows the characters of URLs and of JWTs without escapes.
        let form = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("client_id", "orders"),
            ("client_secret", "orders-secret"),
            ("subject_token", token),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
            ("resource", audience),
        ];
        let form = form.map(|(name, value)| format!("{name}={value}")).join("&");
        let request = Request::post(&self.token_endpoint)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.into());
        let exchanged: Exchanged = self.json(request.map_err(BackendError::new)?).await?;
        let field = HeaderValue::try_from(format!("Bearer {}", exchanged.access_token));
        let mut field = field.map_err(BackendError::new)?;
        field.set_sensitive(true);
        Ok(field)
    }
}

type Answer = Result<Json<Value>, StatusCode>;

fn bad_gateway(error: &BackendError) -> StatusCode {
    eprintln!("cannot call another service: {error}");
    StatusCode::BAD_GATEWAY
}

/// Forwards the token to a service that has the same audience.
async fn invoices(
    _caller: Authenticated<Caller>,
    State(others): State<Arc<Others>>,
    token: PresentedToken<Caller>,
) -> Answer {
    others.call(&others.invoices, token.to_bearer()).await.map(Json).map_err(|error| bad_gateway(&error))
}

/// Exchanges the token for one that the other service accepts. A service should keep the new token
/// until it expires, rather than exchange one for each request.
async fn stock(
    _caller: Authenticated<Caller>,
    State(others): State<Arc<Others>>,
    token: PresentedToken<Caller>,
) -> Answer {
    let exchanged = others.exchange(token.as_str(), STOCK).await.map_err(|error| bad_gateway(&error))?;
    others.call(&others.stock, exchanged).await.map(Json).map_err(|error| bad_gateway(&error))
}

/// The route of the other services: states who calls, and on whose behalf.
async fn caller(caller: Authenticated<Caller>) -> Json<Value> {
    let context = caller.context();
    let actor = context.actor().and_then(|actor| actor.subject());
    Json(json!({ "caller": caller.sub, "actor": actor, "client": context.client_id() }))
}

fn gate(issuer: &str, audience: &str) -> Result<Gate<Caller>, Box<dyn Error>> {
    let tokens = AccessTokens::from(Issuer::discover(issuer)).audience(audience);
    Ok(Gate::builder().scheme(Bearer::of(&tokens)).build()?)
}

/// Serves another service, and returns the URL of its route.
async fn serve_other(issuer: &str, audience: &str) -> Result<String, Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/caller", listener.local_addr()?);
    let app = Router::new().route("/caller", get(caller)).with_state(gate(issuer, audience)?);
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(url)
}

/// Returns the application, and the name of the issuer.
pub async fn app() -> Result<(axum::Router, String), Box<dyn Error>> {
    let issuer = issuer::serve().await?;
    let others = Others {
        http: HttpClient::new()?,
        token_endpoint: format!("{issuer}/token"),
        invoices: serve_other(&issuer, SHOP).await?,
        stock: serve_other(&issuer, STOCK).await?,
    };
    let state = App { gate: gate(&issuer, SHOP)?, others: Arc::new(others) };
    let routes = Router::new().route("/invoices", get(invoices)).route("/stock", get(stock));
    Ok((routes.with_state(state), issuer))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::var("AUTHGATE_ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let (app, issuer) = app().await?;
    let listener = TcpListener::bind(address).await?;
    let url = format!("http://{}", listener.local_addr()?);
    println!("listening on {url}\n");
    println!(
        "TOKEN=$(curl -s {issuer}/token -d grant_type=client_credentials -d client_id=ada \
         -d client_secret=ada-secret -d resource={SHOP} | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')"
    );
    for (path, way) in [("/invoices", "the token is forwarded"), ("/stock", "the token is exchanged")] {
        println!("curl -i -H \"Authorization: Bearer $TOKEN\" {url}{path}   # 200, {way}");
    }
    axum::serve(listener, app).await?;
    Ok(())
}
