//! A login that is too old or too weak, stated in the challenge of `DPoP` (RFC 9470 section 3).

use authgate::oauth::InMemoryOnce;
use authgate::right::Fresh;
use authgate::routing::post;
use authgate::scheme::Bearer;
use authgate::{Authorized, Gate, Router};
use authgate_tests::app::User;
use authgate_tests::dpop::Client;
use authgate_tests::token::now;
use serde_json::json;

use super::{PLAIN, dpop, none, replay, tokens};

async fn purge(_: Authorized<Fresh<300>, User>) -> &'static str {
    "purged"
}

fn app(gate: Gate<User>) -> axum::Router {
    Router::new().route("/purge", post(purge)).with_state(gate)
}

#[tokio::test]
async fn old_login_gets_the_challenge_and_a_new_one_is_allowed() {
    let client = Client::default();
    let app = app(Gate::builder().scheme(replay()).build().unwrap());
    let challenge = format!("{PLAIN}, error=\"insufficient_user_authentication\", max_age=\"300\"");
    for old in [json!({ "auth_time": now() - 600 }), none()] {
        let answer = client.ask(&app, "POST /purge", &client.token(&old), &none()).await;
        answer.assert_denied(401, "step_up_required", &[&challenge]);
    }
    let new = client.token(&json!({ "auth_time": now() }));
    client.ask(&app, "POST /purge", &new, &none()).await.assert_is(200, "purged");
}

/// The client may log in again by either scheme.
#[tokio::test]
async fn each_scheme_states_the_required_login() {
    let client = Client::default();
    let gate = Gate::builder().scheme(Bearer::of(&tokens())).scheme(dpop().replay(InMemoryOnce::new()));
    let app = app(gate.build().unwrap());
    let answer = client.ask(&app, "POST /purge", &client.token(&none()), &none()).await;
    assert_eq!(answer.status, 401);
    let challenges = answer.challenges();
    for scheme in ["Bearer", "DPoP"] {
        let of_scheme = challenges.iter().find(|challenge| challenge.starts_with(scheme)).unwrap();
        assert!(of_scheme.ends_with("max_age=\"300\""), "{of_scheme}");
    }
}
