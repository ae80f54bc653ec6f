//! Custom requirements: in rules, on the gate, and in denials.

mod waiting;

use std::cell::Cell;
use std::panic::{set_hook, take_hook};

use authgate::credentials::Credentials;
use authgate::denial::DenialMessage;
use authgate::right::{All, Any, ConstStr, Not, Requirement, Waive};
use authgate::routing::{get, post};
use authgate::{Authenticated, Authorized, Context, Decision, Gate, Proof, Roles, Router, public};
use authgate_tests::app::bearer;
use authgate_tests::ask::ask_with;
use authgate_tests::token::token;
use serde_json::json;
use tracing::Level;

use crate::events::capture::capture;

#[derive(authgate::Role, Clone, Copy, Debug, PartialEq)]
enum Role {
    Viewer,
    #[role(implies(Viewer))]
    Editor,
}

#[derive(authgate::Principal, serde::Deserialize, Debug)]
#[principal(role = Role)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
    #[serde(default)]
    suspended: bool,
    #[serde(default)]
    plan: u8,
}

/// Allows users that are not suspended.
#[derive(authgate::Right)]
#[right(
    principal = User,
    kind = "account",
    name = "active",
    reason = "account_suspended",
    detail = "Your account is suspended; write to support."
)]
struct Active;

impl Requirement<User> for Active {
    fn decide(user: &User, _: &Context) -> Decision {
        Decision::allow_if(!user.suspended)
    }
}

/// A requirement with the default names and texts.
#[derive(authgate::Right)]
struct Weekday;

impl Requirement<User> for Weekday {
    fn decide(user: &User, _: &Context) -> Decision {
        Decision::allow_if(user.sub != "sunday")
    }
}

/// A requirement on a type with fields, with a reason that depends on the user.
#[derive(authgate::Right)]
#[right(principal = User, kind = "plan")]
#[expect(dead_code, reason = "a right is a type")]
struct Paid {
    least: u8,
}

const NO_PLAN: DenialMessage = DenialMessage::new("plan_missing", "Choose a plan first.");

impl Requirement<User> for Paid {
    fn decide(user: &User, _: &Context) -> Decision {
        match user.plan {
            0 => Decision::because(&NO_PLAN),
            1 => Decision::deny(),
            2 => Decision::Unavailable,
            3 => panic!("the application's own mistake"),
            _ => Decision::Allow,
        }
    }
}

mod elsewhere {
    use super::{Context, Decision, Requirement, User};

    /// Has the same names and texts as the other `Active`.
    #[derive(authgate::Right)]
    #[right(
        principal = User,
        kind = "account",
        name = "active",
        reason = "account_suspended",
        detail = "Your account is suspended; write to support."
    )]
    pub(super) struct Active;

    impl Requirement<User> for Active {
        fn decide(_: &User, _: &Context) -> Decision {
            Decision::Allow
        }
    }
}

struct Why;
impl ConstStr for Why {
    const TEXT: &'static str = "suspended users may pay";
}

thread_local! {
    /// The number of handler calls in this test. Thread-local, because tests run in parallel.
    static RAN: Cell<usize> = const { Cell::new(0) };
}

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

async fn edit(by: Authorized<All<(role::Editor, Active)>>) -> String {
    // The proof implies each part of its rule.
    sub_of(&by)
}

fn sub_of(by: &(impl Proof<Active, User> + Proof<role::Viewer, User>)) -> String {
    Proof::<Active, User>::principal(by).sub.clone()
}

async fn active(_: Authorized<Active>) {}

async fn weekday(_: Authorized<All<(role::Viewer, Weekday)>>) {}

async fn sunday(_: Authorized<Not<Weekday>, User>) {}

async fn plan(_: Authorized<Paid>) -> &'static str {
    RAN.set(RAN.get() + 1);
    "paid"
}

async fn either(_: Authorized<Any<(Paid, role::Editor)>>) -> &'static str {
    "either"
}

async fn view(_: Authorized<role::Viewer>) {}

async fn pay(_: Authorized<All<(role::Viewer, Waive<Active, Why>)>>) -> &'static str {
    "paid"
}

async fn waives_another_requirement(_: Authorized<All<(role::Viewer, Waive<Weekday, Why>)>>) {}

#[public(reason = "greets anonymous callers too")]
async fn greet(user: Option<Authenticated<User>>) -> &'static str {
    if user.is_some() { "known" } else { "stranger" }
}

async fn waives_type_of_the_same_name(_: Authorized<All<(role::Viewer, Waive<elsewhere::Active, Why>)>>) {}

fn routes() -> Router<Gate<User>> {
    Router::new()
        .route("/waiver-of-its-namesake", get(waives_type_of_the_same_name))
        .route("/me", get(me))
        .route("/edit", get(edit))
        .route("/active", get(active))
        .route("/weekday", get(weekday))
        .route("/sunday", get(sunday))
        .route("/plan", get(plan))
        .route("/either", get(either))
        .route("/view", get(view))
        .route("/pay", post(pay))
        .route("/other-waiver", get(waives_another_requirement))
        .route("/greet", get(greet))
}

fn app() -> axum::Router {
    routes().with_state(Gate::<User>::builder().scheme(bearer()).build().unwrap())
}

fn gate_that_requires_active() -> Gate<User> {
    Gate::<User>::builder().scheme(bearer()).require::<Active>().build().unwrap()
}

fn suspended_token() -> String {
    token(&json!({ "roles": ["editor"], "suspended": true }))
}

const SUSPENDED: &str = "Your account is suspended; write to support.";

#[tokio::test]
async fn custom_requirement_denies_with_its_reason_and_detail() {
    let app = app();
    for target in ["/edit", "/active"] {
        let answer = ask_with(&app, &format!("GET {target}"), &suspended_token()).await;
        answer.assert_denied(403, "account_suspended", &[]);
        let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(body["detail"], SUSPENDED);
    }
    ask_with(&app, "GET /edit", &token(&json!({ "roles": ["editor"] }))).await.assert_is(200, "vera");
    let viewer = token(&json!({ "roles": ["viewer"] }));
    ask_with(&app, "GET /edit", &viewer).await.assert_denied(403, "role_missing", &[]);
    let sunday = token(&json!({ "sub": "sunday", "roles": ["viewer"] }));
    ask_with(&app, "GET /weekday", &sunday).await.assert_denied(403, "policy_denied", &[]);
    ask_with(&app, "GET /sunday", &sunday).await.assert_is(200, "");
    ask_with(&app, "GET /sunday", &viewer).await.assert_denied(403, "excluded", &[]);
    ask_with(&app, "GET /weekday", &viewer).await.assert_is(200, "");
}

#[test]
fn access_table_shows_kind_and_name_of_custom_requirements() {
    let table = routes().access().to_string();
    for rule in [
        "role:editor & account:active",
        "role:viewer & policy:Weekday",
        "!policy:Weekday",
        "plan:Paid",
        "plan:Paid | role:editor",
        "role:viewer & waived(account:active) \"suspended users may pay\"",
    ] {
        assert!(table.lines().any(|line| line.ends_with(rule)), "{rule}\n{table}");
    }
}

#[tokio::test]
async fn gate_requirement_applies_unless_the_route_waives_it() {
    let app = routes().with_state(gate_that_requires_active());
    let lines = ["me", "view", "edit", "sunday", "other-waiver", "waiver-of-its-namesake", "greet"];
    for line in lines.map(|path| format!("GET /{path}")) {
        let line = line.as_str();
        let answer = ask_with(&app, line, &suspended_token()).await;
        answer.assert_denied(403, "account_suspended", &[]);
        assert!(answer.body.contains(SUSPENDED), "{line}");
    }
    ask_with(&app, "POST /pay", &suspended_token()).await.assert_is(200, "paid");
    let guest = token(&json!({ "suspended": true }));
    ask_with(&app, "POST /pay", &guest).await.assert_denied(403, "role_missing", &[]);
    ask_with(&app, "GET /me", &token(&json!({}))).await.assert_is(200, "vera");
    ask_with(&app, "GET /greet", &token(&json!({}))).await.assert_is(200, "known");
    authgate_tests::ask::ask(&app, "GET /greet", &[]).await.assert_is(200, "stranger");
}

#[tokio::test]
async fn gate_requirement_applies_outside_of_requests() {
    let credentials = Credentials::bearer(&suspended_token()).unwrap();
    let denial = gate_that_requires_active().unauthenticated(credentials).authenticate().await.unwrap_err();
    assert_eq!((denial.status().as_u16(), denial.reason().code()), (403, "account_suspended"));
}

#[tokio::test]
async fn custom_requirement_decision_determines_reason_and_status() {
    let app = app();
    let with_plan = |plan: u8| token(&json!({ "plan": plan, "roles": ["editor"] }));
    ask_with(&app, "GET /plan", &with_plan(0)).await.assert_denied(403, "plan_missing", &[]);
    ask_with(&app, "GET /plan", &with_plan(1)).await.assert_denied(403, "policy_denied", &[]);
    ask_with(&app, "GET /plan", &with_plan(2)).await.assert_denied(503, "undecided", &[]);
    ask_with(&app, "GET /plan", &with_plan(4)).await.assert_is(200, "paid");
    for plan in [0, 1, 2, 4] {
        ask_with(&app, "GET /either", &with_plan(plan)).await.assert_is(200, "either");
    }
}

#[tokio::test]
async fn panic_in_custom_requirement_is_500() {
    let app = app();
    let hook = take_hook();
    set_hook(Box::new(|_| {}));
    let panicking = token(&json!({ "plan": 3, "roles": ["editor"] }));
    let (answer, events) = capture(ask_with(&app, "GET /plan", &panicking)).await;
    let either = ask_with(&app, "GET /either", &panicking).await;
    set_hook(hook);
    answer.assert_denied(500, "failed", &[]);
    either.assert_denied(500, "failed", &[]);
    assert!(!answer.body.contains("mistake"), "{}", answer.body);
    assert_eq!(RAN.get(), 0, "the handler has not run");
    ask_with(&app, "GET /plan", &token(&json!({ "plan": 4 }))).await.assert_is(200, "paid");
    assert_eq!(RAN.get(), 1, "a handler that runs is counted");
    let error = events.iter().find(|event| event.level == Level::ERROR).expect("an error");
    assert_eq!(error.target, "authgate::gate", "{events:?}");
    ask_with(&app, "GET /me", &token(&json!({}))).await.assert_is(200, "vera");
}
