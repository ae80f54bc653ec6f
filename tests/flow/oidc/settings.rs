//! Settings that cannot work are an error before the service starts.

use std::time::Duration;

use authgate::ConfigError;
use authgate::oidc::{Login, LoginBuilder};
use authgate::scheme::{Issuer, Keys};
use authgate::session::Sessions;
use authgate_tests::app::User;
use authgate_tests::provider::{PROVIDER, Provider};

use super::world::{Idp, settings};

#[tokio::test]
async fn settings_that_cannot_work_are_a_config_error() {
    type Change = fn(LoginBuilder) -> LoginBuilder;
    let idp = Idp::new();
    for (change, part) in [
        ((|login| login.client("", "secret")) as Change, "has no client"),
        (|login| login.client("web", ""), "has no client"),
        (|login| login.client("web\n", "a"), "has no client"),
        (|login| login.origin(""), "the origin \"\""),
        (|login| login.origin("app.example"), "is not an absolute URL"),
        (|login| login.origin("http://app.example"), "does not start with `https://`"),
        (|login| login.origin("https://app.example/"), "is not only an origin"),
        (|login| login.origin("https://app.example/app"), "is not only an origin"),
        (|login| login.origin("https://app.example?a"), "is not only an origin"),
        (|login| login.origin("https://user@app.example"), "user name"),
        (|login| login.leeway(Duration::from_secs(301)), "at most 300 s"),
        (|login| login.login_path("login"), "is not a path on this site"),
        (|login| login.login_path("//evil.example"), "is not a path on this site"),
        (|login| login.callback_path("/a?b"), "is not a path on this site"),
        (|login| login.logout_path("/{a}"), "is not a path on this site"),
        (|login| login.home("https://evil.example"), "is not a path on this site"),
        (|login| login.callback_path("/login"), "is used twice"),
    ] {
        let error = change(settings(&idp)).claims::<User>().unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
    for origin in ["http://localhost:3000", "http://127.0.0.1:3000", "https://app.example:8443"] {
        assert!(settings(&idp).origin(origin).claims::<User>().is_ok(), "{origin}");
    }
}

#[tokio::test]
async fn provider_must_have_metadata() {
    let finish = |issuer: Issuer| -> Result<_, ConfigError> {
        Login::with(issuer).client("web", "a").origin("https://app.example").claims::<User>()
    };
    let fetched = |issuer: Issuer| issuer.fetched_by(Provider::default());
    let keys = Keys::hs256("a secret of at least 32 bytes, from a vault").unwrap();
    for (issuer, part) in [
        (Issuer::with_keys(PROVIDER, keys), "has no metadata"),
        (fetched(Issuer::discover("")), "is not one issuer"),
        (fetched(Issuer::template("https://id.example/{tenantid}", ["a"])), "is not one issuer"),
        (fetched(Issuer::discover("http://id.example")), "does not start with `https://`"),
        (fetched(Issuer::discover("http://id.example")).dangerous(" ").plain_http(), "is blank"),
    ] {
        let error = finish(issuer).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

#[tokio::test]
async fn debug_omits_the_secrets() {
    let idp = Idp::new();
    let builder = settings(&idp);
    let login = settings(&idp).claims::<User>().unwrap();
    let routes = login.routes::<authgate::Gate<User>>(&Sessions::in_memory());
    for text in [format!("{builder:?}"), format!("{login:?}"), format!("{routes:?}")] {
        assert!(!text.contains("web secret&") && !text.contains("32 random"), "{text}");
    }
}
