//! Response fields that a scheme sets.

use authgate::credentials::RequestCredentials;
use authgate::denial::Challenge;
use authgate::routing::get;
use authgate::scheme::{Answer, Identity, Outcome, Scheme};
use authgate::{Authenticated, Authorized, Context, Denial, Gate, Router, Unauthenticated, public};
use authgate_tests::app::{User, bearer, gate, role, scope};
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::scheme::Ticket;
use authgate_tests::token::token_of;
use http::header::{CACHE_CONTROL, HeaderMap, HeaderValue, VARY, WWW_AUTHENTICATE};

async fn user(user: Authenticated<User>) -> String {
    user.sub.clone()
}

async fn admin(_: Authorized<role::Admin>) {}

#[public(reason = "greets anonymous callers too")]
async fn greet(user: Option<Authenticated<User>>) -> String {
    user.map_or_else(|| "stranger".to_owned(), |user| user.sub.clone())
}

#[public(reason = "checks the caller itself")]
async fn look(caller: Unauthenticated<User>) -> Result<String, Denial> {
    Ok(caller.authenticate().await?.sub.clone())
}

fn gate_with_response_fields() -> Gate<User> {
    let ticket = Ticket { answers: true, ..Ticket::new("Ticket") };
    Gate::builder().scheme(bearer()).scheme(ticket).build().expect("complete")
}

/// Asserts that the scheme sets its field once for each caller that it authenticates, and never
/// otherwise.
async fn assert_response_fields(app: &axum::Router, paths: &[&str]) {
    for path in paths {
        let line = format!("GET {path}");
        for (credential, expected) in
            [("Ticket vera", &["vera"][..]), ("Ticket ada", &["ada"]), ("Ticket expired", &[]), ("", &[])]
        {
            let answer = ask(app, &line, &[("authorization", credential)]).await;
            let set: Vec<_> = answer.headers.get_all("ticket").iter().collect();
            assert_eq!(set, expected, "{line}, {credential}, {}", answer.status);
        }
        let bearer = ask_with(app, &line, &token_of(&["admin"])).await;
        assert_eq!(
            (bearer.status.as_u16(), bearer.header("ticket")),
            (200, None),
            "another scheme has nothing to say"
        );
    }
}

#[tokio::test]
async fn router_sends_the_response_fields_of_the_scheme() {
    let routes =
        || Router::new().route("/user", get(user)).route("/admin", get(admin)).route("/greet", get(greet));
    let app = routes()
        .nest("/nested", routes())
        .route_service::<role::Admin>("/service", axum::Router::<()>::new());
    let app = app.fallback(user).with_state(gate_with_response_fields());
    assert_response_fields(&app, &["/user", "/admin", "/greet", "/nested/user", "/unknown"]).await;
    let service = ask(&app, "GET /service", &[("authorization", "Ticket ada")]).await;
    assert_eq!((service.status.as_u16(), service.header("ticket")), (404, Some("ada")));
    let denied = ask(&app, "GET /admin", &[("authorization", "Ticket vera")]).await;
    assert_eq!((denied.status.as_u16(), denied.header("ticket")), (403, Some("vera")), "known, and denied");
}

#[tokio::test]
async fn nested_router_with_its_own_state_sends_the_fields_once() {
    let inner = Router::new().route("/user", get(user)).with_state_nested(gate_with_response_fields());
    let outer = Router::new()
        .route("/user", get(user))
        .nest("/nested", inner)
        .with_state(gate_with_response_fields());
    assert_response_fields(&outer, &["/user", "/nested/user"]).await;
}

#[tokio::test]
async fn handler_that_authenticates_itself_sends_the_fields() {
    let app = Router::new().route("/look", get(look)).with_state(gate_with_response_fields());
    assert_response_fields(&app, &["/look"]).await;
}

#[tokio::test]
async fn gate_layer_sends_the_fields_on_a_plain_router() {
    use axum::routing::get;
    let gate = gate_with_response_fields();
    let app =
        axum::Router::new().route("/user", get(user)).route("/greet", get(greet)).route("/look", get(look));
    assert_response_fields(
        &app.clone().layer(gate.layer()).with_state(gate.clone()),
        &["/user", "/greet", "/look"],
    )
    .await;

    let without = app.with_state(gate);
    let answer = ask(&without, "GET /user", &[("authorization", "Ticket vera")]).await;
    answer.assert_is(200, "vera");
    assert_eq!(answer.header("ticket"), None);
}

#[tokio::test]
async fn gate_layer_without_response_fields_changes_nothing() {
    use axum::routing::get;
    let app = axum::Router::new().route("/user", get(user)).layer(gate().layer()).with_state(gate());
    let answer = ask_with(&app, "GET /user", &token_of(&[])).await;
    answer.assert_is(200, "vera");
    assert_eq!(answer.header("ticket"), None);
}

#[tokio::test]
async fn authentication_outside_a_request_ignores_response_fields() {
    let ticket = authgate::credentials::Credentials::authorization(HeaderValue::from_static("Ticket vera"));
    let vera =
        gate_with_response_fields().unauthenticated(ticket).authenticate().await.expect("a good ticket");
    assert_eq!(vera.sub, "vera");
}

/// Sets response fields that belong to authgate.
struct Meddling;

impl Scheme<User> for Meddling {
    fn challenge(&self) -> Challenge {
        Challenge::new("Meddling").realm("api").telling_errors()
    }

    fn authenticate(&self, _: &RequestCredentials<'_>) -> Answer<User> {
        let identity = Identity::new(User::new("vera", &[], &[]), Context::of("Meddling"));
        let meddle = |headers: &mut HeaderMap| {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("public"));
            headers.remove(WWW_AUTHENTICATE);
            headers.append(VARY, HeaderValue::from_static("*"));
            headers.insert("set", HeaderValue::from_static("yes"));
        };
        Outcome::Authenticated(identity.on_response(meddle)).into()
    }

    fn properties(&self) -> authgate::scheme::Properties {
        authgate::scheme::Properties::new().sets_response_fields()
    }
}

#[tokio::test]
async fn scheme_cannot_change_the_fields_of_a_denial() {
    async fn write(_: Authorized<scope::WriteReports>) {}
    let gate = Gate::<User>::builder().scheme(Meddling).build().expect("complete");
    let app = Router::new().route("/write", get(write)).route("/user", get(user)).with_state(gate);

    let denied = ask(&app, "GET /write", &[("authorization", "Meddling x")]).await;
    assert_eq!((denied.status.as_u16(), denied.header("set")), (403, Some("yes")));
    assert_eq!(denied.headers.get_all(CACHE_CONTROL).iter().collect::<Vec<_>>(), ["no-store"]);
    assert_eq!(denied.headers.get_all(VARY).iter().collect::<Vec<_>>(), ["accept, authorization"]);
    let challenge = r#"Meddling realm="api", error="insufficient_scope", scope="reports:write""#;
    assert_eq!(denied.challenges(), [challenge]);

    let allowed = ask(&app, "GET /user", &[("authorization", "Meddling x")]).await;
    assert_eq!((allowed.status.as_u16(), allowed.header("cache-control")), (200, Some("public")));
}

/// RFC 9110 section 12.5.5: a cache must not serve the anonymous response to an authenticated
/// caller.
#[tokio::test]
async fn public_route_with_optional_caller_varies_by_credential() {
    #[public(reason = "no authentication")]
    async fn hello() {}
    let app = Router::new().route("/greet", get(greet)).route("/hello", get(hello)).with_state(gate());
    let (stranger, vera) =
        (ask(&app, "GET /greet", &[]).await, ask_with(&app, "GET /greet", &token_of(&[])).await);
    for (answer, body) in [(stranger, "stranger"), (vera, "vera")] {
        answer.assert_is(200, body);
        assert_eq!((answer.header("vary"), answer.header("cache-control")), (Some("authorization"), None));
    }
    assert_eq!(ask(&app, "GET /hello", &[]).await.header("vary"), None);
    let denied = ask_with(&app, "GET /greet", "x").await;
    assert_eq!((denied.status.as_u16(), denied.header("vary")), (401, Some("accept, authorization")));
}
