//! Settings that cannot work are errors when the gate is built.

use authgate::Gate;
use authgate::oauth::{AccessTokens, Introspection};
use authgate::scheme::{Bearer, Issuer, Keys};
use authgate_tests::app::User;
use authgate_tests::provider::{PROVIDER, Provider};
use authgate_tests::token::{AUDIENCE, ISSUER, SECRET};
use serde_json::json;

use super::{ENDPOINT, OLD, active, answering, introspected, introspection};

fn error(issuers: Vec<Issuer>) -> String {
    let fixed = Issuer::with_keys(ISSUER, Keys::hs256(SECRET).unwrap());
    let tokens = issuers.into_iter().fold(AccessTokens::from(fixed), AccessTokens::and).audience(AUDIENCE);
    Gate::<User>::builder().scheme(Bearer::of(&tokens)).build().unwrap_err().to_string()
}

#[tokio::test]
async fn introspection_that_cannot_work_is_a_configuration_error() {
    let provider = Provider::default();
    let old =
        |introspection: Introspection| Issuer::introspected(OLD, introspection).fetched_by(provider.clone());
    let at = |url: &str| Introspection::at(url).client("api", "hush hush");
    let other = |prefix: &str| {
        Issuer::introspected("https://new.example", introspection().token_prefix(prefix))
            .fetched_by(provider.clone())
    };
    let discovered = || Issuer::discover(PROVIDER).fetched_by(provider.clone());
    let fixed = || Issuer::with_keys("https://fixed.example", Keys::hs256([7; 32]).unwrap());
    for (issuers, expected) in [
        (vec![old(Introspection::at(ENDPOINT))], "Introspection::client"),
        (vec![old(Introspection::at(ENDPOINT).client("", "hush hush"))], "Introspection::client"),
        (vec![old(Introspection::at(ENDPOINT).client("api", ""))], "Introspection::client"),
        (vec![old(at("http://old.example/introspect"))], "does not start with `https://`"),
        (vec![old(at("http://old.internal/introspect"))], "does not start with `https://`"),
        (vec![old(at("https://a:hush%20hush@old.example"))], "user name"),
        (vec![old(at("introspect"))], "not an absolute URL"),
        (vec![old(at("https://old.example/#a"))], "fragment"),
        (
            vec![Issuer::introspected("http://old.example", introspection()).fetched_by(provider.clone())],
            "https://",
        ),
        (vec![Issuer::introspected("", introspection()).fetched_by(provider.clone())], "empty"),
        (vec![old(introspection().token_prefix(""))], "token_prefix"),
        (vec![old(introspection().token_prefix("a b"))], "token_prefix"),
        (vec![old(introspection().dangerous(" ").without_expiry())], "blank"),
        (vec![old(introspection().dangerous(" ").without_audience())], "blank"),
        (vec![old(introspection()), other("new_")], "cannot be distinguished"),
        (vec![old(introspection().token_prefix("new_")), other("new_")], "cannot be distinguished"),
        (vec![old(introspection().token_prefix("new_old")), other("new_")], "cannot be distinguished"),
        (vec![old(introspection()), discovered().introspection(introspection())], "cannot be distinguished"),
        (vec![fixed().introspection(introspection())], "Issuer::introspected"),
        (vec![discovered().introspect_jwts()], "Issuer::introspection"),
    ] {
        let error = error(issuers);
        assert!(error.contains(expected), "{expected}: {error}");
        assert!(!error.contains("hush%20") && !error.contains("hush hush"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn settings_after_the_introspection_apply() {
    let provider = answering(&active(&json!({})));
    let issuer = introspected(&provider).reached_at("https://old.internal").alias("old.example");
    let app = super::app(issuer);
    super::me(&app, super::OPAQUE).await.assert_is(200, "vera");
}

#[tokio::test(start_paused = true)]
async fn endpoint_on_this_machine_needs_no_tls() {
    let provider = Provider::default();
    let name = "http://127.0.0.1:9400";
    let endpoint = "http://127.0.0.1:9400/introspect";
    provider.serve_json(endpoint, &active(&json!({ "iss": name })));
    let introspection = Introspection::at(endpoint).client("api", "secret");
    let app = super::app(Issuer::introspected(name, introspection).fetched_by(provider));
    super::me(&app, super::OPAQUE).await.assert_is(200, "vera");
}
