//! `tower-oauth2-resource-server` verifies the token. The role is checked in the handler.

use axum::routing::get;
use axum::{Extension, Router};
use http::StatusCode;
use jsonwebtoken11::Algorithm as Alg;
use serde::Deserialize;
use serde_json::json;
use tower_oauth2_resource_server::server::OAuth2ResourceServer;
use tower_oauth2_resource_server::tenant::TenantConfiguration;
use tower_oauth2_resource_server::validation::ClaimsValidationSpec;

use crate::apps::App;
use crate::jwk::{KID, jwk};
use crate::measure;
use crate::tokens::{AUDIENCE, Algorithm, Form, ISSUER};

pub(crate) const APP: App =
    App { form: Form { kid: Some(KID), ..Form::USUAL }, ..App::new("tower-oauth2", router) };

#[derive(Clone, Debug, Deserialize)]
struct Claims {
    roles: Vec<String>,
}

async fn thing(Extension(claims): Extension<Claims>) -> Result<&'static str, StatusCode> {
    if claims.roles.iter().any(|role| role == "admin") { Ok("ok") } else { Err(StatusCode::FORBIDDEN) }
}

fn router(algorithm: Algorithm) -> Option<Router> {
    let alg = match algorithm {
        Algorithm::HS256 => Alg::HS256,
        Algorithm::RS256 => Alg::RS256,
        Algorithm::ES256 => Alg::ES256,
        Algorithm::EdDSA => Alg::EdDSA,
    };
    let claims = ClaimsValidationSpec::new().iss(ISSUER).aud(&vec![AUDIENCE.to_owned()]).exp(true);
    let keys = json!({ "keys": [jwk(algorithm)] }).to_string();
    let tenant = TenantConfiguration::static_builder(keys)
        .claims_validation(claims)
        .allowed_algorithms(&[alg])
        .build()
        .expect("a tenant");
    let server = OAuth2ResourceServer::<Claims>::builder().add_tenant(tenant).build();
    let server = measure::runtime().block_on(server).expect("a server");
    Some(Router::new().route("/thing", get(thing)).layer(server.into_layer()))
}
