//! Requirements of the gate.

use authgate::access::{Own, Rule};
use authgate::credentials::Credentials;
use authgate::denial::DenialMessage;
use authgate::right::{All, ConstStr, Fresh, HasRightsIn, In, Requirement, Right, Tenant, TenantFrom, Waive};
use authgate::routing::{get, post};
use authgate::{
    Authenticated, Authorized, Context, Decision, Denial, Gate, Principal, Router, Unauthenticated, public,
};
use authgate_tests::app::{Role, User, bearer, role};
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::token::{now, token};
use serde_json::{Value, json};

use crate::events::capture::capture;

/// Eve's account is suspended, and the state of Mallory's account is unavailable.
struct Active;

static SUSPENDED: DenialMessage =
    DenialMessage::new("account_suspended", "Your account is suspended; write to support.");

impl Right for Active {
    const RULE: &'static Rule = &Rule::Own(Own::new("policy", "active", &SUSPENDED));
}

impl Requirement<User> for Active {
    fn decide(user: &User, _: &Context) -> Decision {
        match user.sub.as_str() {
            "mallory" => Decision::Unavailable,
            "trent" => panic!("no such account"),
            name => Decision::allow_if(name != "eve"),
        }
    }
}

struct MayPay;

impl ConstStr for MayPay {
    const TEXT: &'static str = "suspended users may pay";
}

type Paying = All<(role::Viewer, Waive<Active, MayPay>)>;

async fn me(_: Authenticated<User>) {}
async fn purge(_: Authorized<role::Admin>) {}
async fn pay(_: Authorized<Paying, User>) {}

#[public(reason = "greets anonymous callers too")]
async fn greet(_: Option<Authenticated<User>>) {}

#[public(reason = "checks the caller itself")]
async fn look(caller: Unauthenticated<User>) -> Result<(), Denial> {
    caller.authenticate().await.map(drop)
}

fn app(gate: Gate<User>) -> axum::Router {
    Router::new()
        .route("/me", get(me))
        .route("/purge", get(purge))
        .route("/pay", post(pay))
        .route("/greet", get(greet))
        .route("/look", get(look))
        .with_state(gate)
}

fn gate() -> Gate<User> {
    Gate::builder().scheme(bearer()).require::<Active>().build().unwrap()
}

fn token_for(who: &str) -> String {
    token(&json!({ "sub": who, "roles": ["viewer"] }))
}

#[tokio::test]
async fn gate_requirement_applies_unless_the_route_waives_it() {
    let app = app(gate());
    for line in ["GET /me", "GET /purge", "GET /greet", "GET /look"] {
        let answer = ask_with(&app, line, &token_for("eve")).await;
        answer.assert_denied(403, "account_suspended", &[]);
        assert!(answer.body.contains("write to support"), "{}", answer.body);
        ask_with(&app, line, &token_for("mallory")).await.assert_denied(503, "undecided", &[]);
        ask_with(&app, line, &token_for("trent")).await.assert_denied(500, "failed", &[]);
    }
    for who in ["eve", "mallory", "trent", "vera"] {
        assert_eq!(ask_with(&app, "POST /pay", &token_for(who)).await.status, 200, "{who}");
    }
    for line in ["GET /me", "GET /greet", "GET /look"] {
        assert_eq!(ask_with(&app, line, &token_for("vera")).await.status, 200, "{line}");
    }
    assert_eq!(ask(&app, "GET /greet", &[]).await.status, 200, "nobody is not asked");
    ask_with(&app, "GET /purge", &token_for("vera")).await.assert_denied(403, "role_missing", &[]);
}

#[tokio::test]
async fn gate_requirement_denial_is_logged_like_a_route_right() {
    let app = app(gate());
    for (line, has_route) in [("GET /me", true), ("GET /purge", true), ("GET /look", false)] {
        let (answer, events) = capture(ask_with(&app, line, &token_for("eve"))).await;
        let [event] = events.as_slice() else { panic!("{events:?}") };
        assert_eq!((event.target, event.field("needs")), ("authgate::authorization", Some("policy:active")));
        assert_eq!((event.field("why"), event.field("principal")), (Some("policy:active: no"), Some("eve")));
        assert_eq!(
            event.field("registered").is_some_and(|place| place.starts_with(file!())),
            has_route,
            "{line}"
        );
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(body["decision"].as_str(), event.field("decision"));
        assert!(event.field("decision").is_some());
    }
}

/// The requirement also applies outside of requests, such as in background jobs.
#[tokio::test]
async fn gate_requirement_applies_outside_of_requests() {
    let gate = gate();
    let by_hand = async |who: &str| {
        let credentials = Credentials::bearer(&token_for(who)).unwrap();
        gate.unauthenticated(credentials).authenticate().await.map(|user| user.sub.clone())
    };
    assert_eq!(by_hand("vera").await.unwrap(), "vera");
    let (denied, events) = capture(by_hand("eve")).await;
    let denied = denied.unwrap_err();
    assert_eq!((denied.reason().code(), denied.status().as_u16()), ("account_suspended", 403));
    let id = denied.decision_id().unwrap().to_string();
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((event.field("decision"), event.field("path")), (Some(id.as_str()), None));
}

#[tokio::test]
async fn gate_can_require_a_recent_login() {
    let gate = Gate::<User>::builder().scheme(bearer()).require::<Active>().require::<Fresh<600>>();
    let app = app(gate.build().unwrap());
    let stale = ask_with(&app, "GET /purge", &token_for("vera")).await;
    super::assert_step_up(&stale, ", max_age=\"600\"", "of everybody");
    let fresh = token(&json!({ "roles": ["admin"], "auth_time": now() }));
    assert_eq!(ask_with(&app, "GET /purge", &fresh).await.status, 200);
}

#[test]
fn duplicate_gate_requirement_is_a_config_error() {
    let builder = || Gate::<User>::builder().scheme(bearer()).require::<Active>();
    let twice = builder().require::<Fresh<300>>().require::<Active>().build().unwrap_err().to_string();
    assert!(twice.contains("requires `policy:active` twice"), "{twice}");
    assert!(builder().require::<Fresh<300>>().require::<Fresh<600>>().build().is_ok());
}

/// A principal with roles in tenants.
#[derive(Principal, serde::Deserialize)]
struct Member {
    #[principal(id)]
    sub: String,
}

struct Org;

impl Tenant for Org {
    const FROM: TenantFrom = TenantFrom::PathParameter("org");
}

impl HasRightsIn<Role> for Member {
    fn held_in(&self, _: &str) -> u128 {
        u128::MAX
    }
}

#[test]
fn gate_requirement_in_a_tenant_is_a_config_error() {
    let gate = Gate::<Member>::builder().scheme(bearer()).require::<In<Org, role::Admin>>();
    let error = gate.build().unwrap_err().to_string();
    assert!(error.contains("not every request has a tenant"), "{error}");
}
