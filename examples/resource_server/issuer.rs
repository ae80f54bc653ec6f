//! A small OAuth 2.0 authorization server, for a first try without another program. It keeps
//! nothing, and everyone who reads this file knows its clients.

use std::error::Error;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

const KID: &str = "1";
const LIFETIME: u64 = 3600;

const CLIENT_CREDENTIALS: &str = "client_credentials";
const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

struct Demo {
    id: &'static str,
    secret: &'static str,
    grant: &'static str,
    scopes: &'static [&'static str],
}

/// `ada` gets the tokens of a person who has just signed in with a one-time password. `orders` is a
/// service that calls others on behalf of its callers: see `token_exchange.rs`.
const CLIENTS: [Demo; 4] = [
    Demo { id: "reader", secret: "reader-secret", grant: CLIENT_CREDENTIALS, scopes: &["reports:read"] },
    Demo {
        id: "editor",
        secret: "editor-secret",
        grant: CLIENT_CREDENTIALS,
        scopes: &["reports:read", "reports:write"],
    },
    Demo {
        id: "ada",
        secret: "ada-secret",
        grant: CLIENT_CREDENTIALS,
        scopes: &["reports:read", "reports:write"],
    },
    Demo {
        id: "orders",
        secret: "orders-secret",
        grant: TOKEN_EXCHANGE,
        scopes: &["reports:read", "reports:write"],
    },
];

struct Server {
    url: String,
    key: EncodingKey,
    jwk: Value,
}

/// Serves the issuer on a free port of this machine, and returns its name.
pub async fn serve() -> Result<String, Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    let key = EncodingKey::from_ec_der(pkcs8.map_err(|_| "cannot generate a key")?.as_ref());
    let mut jwk = serde_json::to_value(Jwk::from_encoding_key(&key, Algorithm::ES256)?)?;
    jwk["kid"] = KID.into();
    jwk["use"] = "sig".into();
    let app = Router::new()
        .route("/.well-known/oauth-authorization-server", get(metadata))
        .route("/jwks", get(jwks))
        .route("/token", post(token))
        .with_state(Arc::new(Server { url: url.clone(), key, jwk }));
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(url)
}

/// RFC 8414.
async fn metadata(State(server): State<Arc<Server>>) -> Json<Value> {
    let url = &server.url;
    Json(json!({
        "issuer": url,
        "jwks_uri": format!("{url}/jwks"),
        "token_endpoint": format!("{url}/token"),
        // There is none, but MCP clients reject metadata without it.
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "grant_types_supported": [CLIENT_CREDENTIALS, TOKEN_EXCHANGE],
        "response_types_supported": [],
        "scopes_supported": ["reports:read", "reports:write"],
        "dpop_signing_alg_values_supported": ["ES256"],
    }))
}

async fn jwks(State(server): State<Arc<Server>>) -> Json<Value> {
    Json(json!({ "keys": [server.jwk] }))
}

#[derive(Deserialize)]
struct TokenRequest {
    grant_type: String,
    client_id: String,
    client_secret: String,
    scope: Option<String>,
    resource: Option<String>,
    subject_token: Option<String>,
    subject_token_type: Option<String>,
}

type TokenResponse = Result<Json<Value>, (StatusCode, Json<Value>)>;

fn refusal(status: StatusCode, code: &str) -> (StatusCode, Json<Value>) {
    (status, Json(json!({ "error": code })))
}

fn invalid(code: &str) -> (StatusCode, Json<Value>) {
    refusal(StatusCode::BAD_REQUEST, code)
}

/// RFC 6749 section 4.4, RFC 8693, RFC 8707 and RFC 9068.
async fn token(
    State(server): State<Arc<Server>>,
    headers: HeaderMap,
    Form(request): Form<TokenRequest>,
) -> TokenResponse {
    let client = CLIENTS.iter().find(|client| client.id == request.client_id);
    let client = client.filter(|client| client.secret == request.client_secret);
    let client = client.ok_or_else(|| refusal(StatusCode::UNAUTHORIZED, "invalid_client"))?;
    if request.grant_type != client.grant {
        return Err(invalid("unauthorized_client"));
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut claims = if client.grant == TOKEN_EXCHANGE {
        server.exchanged(client, &request)?
    } else {
        json!({ "sub": client.id, "scope": client.scopes.join(" "), "exp": now + LIFETIME })
    };
    if let Some(scope) = request.scope {
        let allowed = claims["scope"].as_str().unwrap_or_default();
        if scope.split(' ').any(|scope| allowed.split(' ').all(|allowed| allowed != scope)) {
            return Err(invalid("invalid_scope"));
        }
        claims["scope"] = scope.into();
    }
    claims["iss"] = server.url.clone().into();
    claims["client_id"] = client.id.into();
    claims["aud"] = request.resource.ok_or_else(|| invalid("invalid_target"))?.into();
    claims["iat"] = now.into();
    if client.id == "ada" {
        claims["auth_time"] = now.into();
        claims["acr"] = "urn:example:otp".into();
    }
    let mut kind = "Bearer";
    if let Some(proof) = headers.get("dpop") {
        let url = format!("{}/token", server.url);
        let thumbprint = proof.to_str().ok().and_then(|proof| proven(proof, &url, now));
        claims["cnf"]["jkt"] = thumbprint.ok_or_else(|| invalid("invalid_dpop_proof"))?.into();
        kind = "DPoP";
    }
    let mut header = Header::new(Algorithm::ES256);
    header.typ = Some("at+jwt".into());
    header.kid = Some(KID.into());
    let token = encode(&header, &claims, &server.key);
    let token = token.map_err(|_| refusal(StatusCode::INTERNAL_SERVER_ERROR, "server_error"))?;
    Ok(Json(json!({
        "access_token": token,
        "issued_token_type": ACCESS_TOKEN,
        "token_type": kind,
        "expires_in": claims["exp"].as_u64().unwrap_or_default().saturating_sub(now),
        "scope": claims["scope"],
    })))
}

#[derive(Deserialize)]
struct Subject {
    sub: String,
    scope: String,
    exp: u64,
    cnf: Option<Value>,
}

impl Server {
    /// Returns the claims of a token for the same caller, with the client as the actor (RFC 8693).
    /// An issuer in production also checks that the client is the audience of the token.
    fn exchanged(&self, client: &Demo, request: &TokenRequest) -> Result<Value, (StatusCode, Json<Value>)> {
        let token = request.subject_token.as_deref();
        let token = token.filter(|_| request.subject_token_type.as_deref() == Some(ACCESS_TOKEN));
        let subject = token.and_then(|token| {
            let key = serde_json::from_value(self.jwk.clone()).ok()?;
            let mut validation = Validation::new(Algorithm::ES256);
            validation.validate_aud = false;
            let subject = decode::<Subject>(token, &DecodingKey::from_jwk(&key).ok()?, &validation).ok()?;
            // The client cannot prove that it has the caller's key.
            Some(subject.claims).filter(|claims| claims.cnf.is_none())
        });
        let Subject { sub, scope, exp, .. } = subject.ok_or_else(|| invalid("invalid_request"))?;
        Ok(json!({ "sub": sub, "scope": scope, "exp": exp, "act": { "sub": client.id } }))
    }
}

#[derive(Deserialize)]
struct Proof {
    htm: String,
    htu: String,
    iat: u64,
}

/// Returns the thumbprint of the key that signed a proof for this URL (RFC 9449 section 5).
fn proven(proof: &str, url: &str, now: u64) -> Option<String> {
    let header = decode_header(proof).ok()?;
    let key = header.jwk.filter(|_| header.typ.as_deref() == Some("dpop+jwt"))?;
    let mut validation = Validation::new(Algorithm::ES256);
    validation.required_spec_claims.clear();
    let claims = decode::<Proof>(proof, &DecodingKey::from_jwk(&key).ok()?, &validation).ok()?.claims;
    let is_valid = claims.htm == "POST" && claims.htu == url && claims.iat.abs_diff(now) < 60;
    key.thumbprint(ThumbprintHash::SHA256).ok().filter(|_| is_valid)
}
