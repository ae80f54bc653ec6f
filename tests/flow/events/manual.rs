//! The chapter `manual::events` describes the events as they are.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use authgate::routing::get;
use authgate::{Authorized, Denial, Gate, Router};
use authgate_tests::app::{Role, User, bearer, role};
use authgate_tests::ask::ask;
use authgate_tests::scheme::Ticket;
use authgate_tests::token::{token, token_of};
use axum::extract::connect_info::MockConnectInfo;
use serde_json::json;

use super::capture::capture_with_causes;

const MANUAL: &str = include_str!("../../../authgate/src/manual/events.md");

/// Returns the words in backquotes in the first column of the tables.
fn documented() -> BTreeSet<&'static str> {
    let rows = MANUAL.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split(" | ").next())
        .flat_map(|cell| cell.trim_end_matches('`').split("`, `"))
        .collect()
}

#[tokio::test]
async fn every_target_and_field_is_in_the_manual_and_the_reverse() {
    #[authgate::requires(role = "admin", conceal)]
    async fn hidden(_: Authorized<_>) {}
    async fn purge(_: Authorized<role::Admin>) -> Result<(), Denial> {
        Ok(())
    }
    let gate = Gate::<User>::builder().scheme(bearer()).scheme(Ticket::new("Ticket")).build().unwrap();
    let app = Router::new().route("/purge/{id}", get(purge)).route("/hidden", get(hidden)).with_state(gate);
    let app = app.layer(MockConnectInfo(SocketAddr::from(([203, 0, 113, 9], 4711))));
    let viewer = format!("Bearer {}", token(&json!({ "roles": ["viewer"], "act": { "sub": "desk" } })));
    let expired = format!("Bearer {}", token(&json!({ "exp": 1 })));
    let asked = async {
        for authorization in ["", "Bearer x", &expired, &viewer, "Ticket down"] {
            ask(&app, "GET /purge/1", &[("authorization", authorization)]).await;
        }
        ask(&app, "GET /hidden", &[("authorization", &viewer)]).await;
        assert_eq!(
            ask(&app, "GET /purge/1", &[("authorization", &format!("Bearer {}", token_of(&["admin"])))])
                .await
                .status,
            200
        );
    };
    let ((), events) = capture_with_causes(asked).await;
    let mut seen: BTreeSet<&str> = events.iter().map(|event| event.target).collect();
    seen.extend(events.iter().flat_map(super::capture::Event::fields).map(|(name, _)| name));
    seen.remove("message");
    // A request with two credentials has these.
    seen.extend(["first", "second"]);
    assert_eq!(seen, documented());
}
