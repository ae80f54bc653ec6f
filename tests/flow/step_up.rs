//! Requirements on the age and the strength of a login (RFC 9470 sections 3 and 6). The tests check
//! the responses to a login that does not meet them, and signing in again.

mod required;
mod session;

use authgate::credentials::RequestCredentials;
use authgate::denial::Challenge;
use authgate::right::{Acr, All, Any, ConstStr, Factor, Fresh, Not, ViaScheme, factor};
use authgate::routing::{get, post};
use authgate::scheme::{self, Basic, Bearer, Login, Scheme, SchemeName, Users};
use authgate::{Authorized, Gate, Router};
use authgate_tests::app::{Role, User, bearer, role, scope};
use authgate_tests::ask::{Answer, ask, ask_with};
use authgate_tests::scheme::{ApiKey, Ticket};
use authgate_tests::token::{now, token};
use serde_json::{Value, json};

pub(crate) struct Gold;

impl ConstStr for Gold {
    const TEXT: &'static str = "urn:example:gold";
}

/// The preferred class is first.
struct GoldOrSilver;

impl ConstStr for GoldOrSilver {
    const TEXT: &'static str = "urn:example:gold silver";
}

struct SilverOrBronze;

impl ConstStr for SilverOrBronze {
    const TEXT: &'static str = "silver bronze";
}

struct Keys;

impl SchemeName for Keys {
    const NAME: &'static str = "ApiKey";
}

type BothClasses = All<(Acr<GoldOrSilver>, Acr<SilverOrBronze>)>;
type Strong = All<(role::Viewer, Fresh<300>, Acr<GoldOrSilver>, Factor<factor::ByOtp>)>;
type Admin = All<(role::Admin, Fresh<900>)>;
type Golden = All<(role::Viewer, Fresh<300>, Acr<Gold>)>;

async fn fresh(_: Authorized<Fresh<300>, User>) {}
async fn gold(_: Authorized<Acr<Gold>, User>) {}
async fn classes(_: Authorized<Acr<GoldOrSilver>, User>) {}
async fn both_classes(_: Authorized<BothClasses, User>) {}
async fn otp(_: Authorized<Factor<factor::ByOtp>, User>) {}
async fn all(_: Authorized<Strong>) {}
async fn twice(_: Authorized<All<(Fresh<300>, Fresh<60>)>, User>) {}
async fn admin(_: Authorized<All<(role::Admin, Fresh<300>)>>) {}
async fn write(_: Authorized<All<(scope::WriteReports, Fresh<300>)>>) {}
async fn either(_: Authorized<Any<(role::Admin, Fresh<300>)>>) {}
async fn ways(_: Authorized<Any<(Admin, Golden)>>) {}
async fn not_fresh(_: Authorized<Not<Fresh<300>>, User>) {}
async fn by_token(_: Authorized<All<(role::Viewer, ViaScheme<Bearer>, Fresh<300>)>>) {}
async fn by_key(_: Authorized<All<(ViaScheme<Keys>, Fresh<300>)>, User>) {}

/// Routes that need no particular scheme.
fn plain_routes() -> Router<Gate<User>> {
    Router::new()
        .route("/fresh", get(fresh).post(fresh))
        .route("/gold", get(gold))
        .route("/classes", get(classes))
        .route("/both-classes", get(both_classes))
        .route("/otp", get(otp))
        .route("/all", get(all))
        .route("/twice", get(twice))
        .route("/admin", get(admin))
        .route("/write", get(write))
        .route("/either", get(either))
        .route("/ways", get(ways))
        .route("/not-fresh", get(not_fresh))
}

fn routes() -> Router<Gate<User>> {
    plain_routes().route("/by-token", post(by_token)).route("/by-key", get(by_key))
}

fn app() -> axum::Router {
    plain_routes().with_state(Gate::builder().scheme(bearer()).build().unwrap())
}

/// Returns a token for Vera, who logged in an hour ago, with these additional claims.
fn vera(over: &Value) -> String {
    let mut claims = json!({ "roles": ["viewer"], "auth_time": now() - 3600 });
    claims.as_object_mut().unwrap().extend(over.as_object().unwrap().clone());
    token(&claims)
}

const REASON: &str = "step_up_required";

fn challenge(parameters: &str) -> String {
    format!("Bearer realm=\"api\", error=\"insufficient_user_authentication\"{parameters}")
}

#[track_caller]
fn assert_step_up(answer: &Answer, parameters: &str, what: &str) {
    assert_eq!(answer.status, 401, "{what}: {}", answer.body);
    answer.assert_denied(401, REASON, &[&challenge(parameters)]);
}

#[tokio::test]
async fn step_up_challenge_has_only_the_parameters_of_the_rule() {
    let app = app();
    let otp = json!({ "amr": ["otp"], "auth_time": now() });
    for (path, over, parameters) in [
        ("/fresh", json!({}), ", max_age=\"300\""),
        ("/gold", json!({}), ", acr_values=\"urn:example:gold\""),
        ("/classes", json!({}), ", acr_values=\"urn:example:gold silver\""),
        ("/both-classes", json!({}), ", acr_values=\"silver\""),
        ("/otp", json!({}), ""),
        ("/all", json!({}), ", acr_values=\"urn:example:gold silver\", max_age=\"300\""),
        // The new login must be as strong as the old one.
        ("/all", otp, ", acr_values=\"urn:example:gold silver\", max_age=\"300\""),
        ("/twice", json!({}), ", max_age=\"60\""),
        ("/either", json!({}), ", max_age=\"300\""),
        ("/ways", json!({}), ", acr_values=\"urn:example:gold\", max_age=\"300\""),
        ("/ways", json!({ "roles": ["admin"] }), ", max_age=\"900\""),
    ] {
        let answer = ask_with(&app, &format!("GET {path}"), &vera(&over)).await;
        assert_step_up(&answer, parameters, path);
    }
    let head = ask_with(&app, "HEAD /fresh", &vera(&json!({}))).await;
    assert_eq!((head.status.as_u16(), head.body.as_str()), (401, ""));
    assert_eq!(head.challenges(), [challenge(", max_age=\"300\"")]);
}

#[tokio::test]
async fn recent_and_strong_login_is_allowed() {
    let app = app();
    let recent = json!({ "auth_time": now() - 200 });
    let strong = json!({ "acr": "silver", "amr": ["pwd", "otp"], "auth_time": now() - 200 });
    for (path, over) in [
        ("/fresh", &recent),
        ("/fresh", &json!({ "auth_time": now() + 30 })),
        ("/gold", &json!({ "acr": "urn:example:gold" })),
        ("/classes", &json!({ "acr": "silver" })),
        ("/classes", &json!({ "acr": "urn:example:gold" })),
        ("/both-classes", &json!({ "acr": "silver" })),
        ("/otp", &json!({ "amr": ["otp"] })),
        ("/all", &strong),
        ("/either", &recent),
        ("/either", &json!({ "roles": ["admin"], "auth_time": null })),
        ("/ways", &json!({ "roles": ["admin"], "auth_time": now() - 800 })),
        ("/not-fresh", &json!({})),
    ] {
        let answer = ask_with(&app, &format!("GET {path}"), &vera(over)).await;
        assert_eq!(answer.status, 200, "{path}, {over}: {}", answer.body);
    }
}

/// RFC 9470 section 6.
#[tokio::test]
async fn missing_or_unknown_login_claims_are_step_up_required() {
    let app = app();
    for (path, over) in [
        ("/fresh", json!({ "auth_time": null })),
        ("/fresh", json!({ "auth_time": null, "iat": now() })),
        ("/fresh", json!({ "auth_time": now() + 3600 })),
        ("/fresh", json!({ "auth_time": 0 })),
        ("/fresh", json!({ "auth_time": -1 })),
        ("/gold", json!({ "acr": "urn:example:GOLD" })),
        ("/gold", json!({ "acr": "urn:example:gold silver" })),
        ("/gold", json!({ "acr": "urn:example:gold " })),
        ("/gold", json!({ "acr": "" })),
        ("/gold", json!({ "amr": ["urn:example:gold"] })),
        ("/classes", json!({ "acr": "urn:example:gold silver" })),
        ("/both-classes", json!({ "acr": "bronze" })),
        ("/otp", json!({ "amr": [] })),
        ("/otp", json!({ "amr": ["OTP", "pwd otp", "otp ", "otps"] })),
        ("/otp", json!({ "acr": "otp" })),
    ] {
        let answer = ask_with(&app, &format!("GET {path}"), &vera(&over)).await;
        assert_eq!((answer.status.as_u16(), answer.reason().as_str()), (401, REASON), "{path}, {over}");
    }
}

#[tokio::test]
async fn step_up_is_required_only_if_nothing_else_is_missing() {
    let app = app();
    let stale = vera(&json!({}));
    ask_with(&app, "GET /admin", &stale).await.assert_denied(403, "role_missing", &[]);
    let scope = "Bearer realm=\"api\", error=\"insufficient_scope\", scope=\"reports:write\"";
    ask_with(&app, "GET /write", &stale).await.assert_denied(403, "scope_missing", &[scope]);
    let recent = vera(&json!({ "auth_time": now() }));
    ask_with(&app, "GET /admin", &recent).await.assert_denied(403, "role_missing", &[]);
    ask_with(&app, "GET /not-fresh", &recent).await.assert_denied(403, "excluded", &[]);
    let scoped = vera(&json!({ "scope": "reports:write" }));
    assert_step_up(&ask_with(&app, "GET /write", &scoped).await, ", max_age=\"300\"", "scope");
    let admin = vera(&json!({ "roles": ["admin"] }));
    assert_step_up(&ask_with(&app, "GET /admin", &admin).await, ", max_age=\"300\"", "admin");
}

/// An API key, which only programs use.
struct Keyed;

impl Scheme<User> for Keyed {
    fn challenge(&self) -> Challenge {
        ApiKey.challenge().only_alone()
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> scheme::Answer<User> {
        ApiKey.authenticate(presented)
    }

    fn is_presented(&self, name: &str, presented: &RequestCredentials<'_>) -> bool {
        ApiKey.is_presented(name, presented)
    }

    fn properties(&self) -> scheme::Properties {
        ApiKey.properties().without_login()
    }
}

struct Anybody;

impl Users<User> for Anybody {
    async fn login(&self, name: &str, _: &str) -> Login<User> {
        Login::Verified(User::new(name, &[Role::Viewer], &[]))
    }
}

const KEY: (&str, &str) = ("x-api-key", "vera");
/// Credentials for `vera:vera`.
const BASIC: (&str, &str) = ("authorization", "Basic dmVyYTp2ZXJh");
const SCRIPT: &[(&str, &str)] = &[("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty")];
const BROWSER: &[(&str, &str)] = &[("sec-fetch-mode", "navigate"), ("accept", "text/html")];

/// An API key or a remembered password is not a login. A token of the same gate is a login.
#[tokio::test]
async fn credential_without_login_gets_the_bearer_step_up_challenge() {
    let gate = Gate::builder().scheme(bearer()).scheme(Keyed).scheme(Basic::new(Anybody).realm("api"));
    let app = routes().with_state(gate.build().unwrap());
    for credential in [KEY, BASIC] {
        for more in [&[][..], SCRIPT] {
            let answer = ask(&app, "GET /fresh", &[&[credential], more].concat()).await;
            assert_step_up(&answer, ", max_age=\"300\"", "a scheme without logins");
        }
        let page = ask(&app, "GET /fresh", &[&[credential], BROWSER].concat()).await;
        assert_eq!(
            (page.status.as_u16(), page.challenges().len()),
            (401, 1),
            "no dialog, and no page to sign in"
        );
        assert!(page.body.contains("<code>step_up_required</code>"), "{}", page.body);
        let answer = ask(&app, "POST /by-token", &[credential]).await;
        answer.assert_denied(401, "credentials_missing", &["Bearer realm=\"api\""]);
    }
    ask(&app, "GET /by-key", &[KEY]).await.assert_denied(403, "scheme_not_accepted", &[]);
    let answer = ask_with(&app, "POST /by-token", &vera(&json!({}))).await;
    assert_step_up(&answer, ", max_age=\"300\"", "of the route's scheme");
}

/// If the gate has no scheme with logins, a request for a new login would be useless.
#[tokio::test]
async fn gate_without_login_schemes_is_403_scheme_not_accepted() {
    let basic = Gate::builder().scheme(Basic::new(Anybody).realm("api")).build().unwrap();
    let keys = Gate::builder().scheme(Keyed).build().unwrap();
    for (gate, credential) in [(basic, BASIC), (keys, KEY)] {
        let app = plain_routes().with_state(gate);
        for path in ["/fresh", "/gold", "/otp"] {
            for more in [&[][..], SCRIPT] {
                let answer = ask(&app, &format!("GET {path}"), &[&[credential], more].concat()).await;
                answer.assert_denied(403, "scheme_not_accepted", &[]);
            }
        }
    }
}

/// A scheme with logins whose name makes browsers open a dialog (Fetch, HTTP-network-or-cache
/// fetch).
#[tokio::test]
async fn script_gets_no_step_up_challenge_that_opens_a_dialog() {
    let gate = Gate::builder().scheme(Ticket::new("Negotiate")).build().unwrap();
    let app = plain_routes().with_state(gate);
    let vera = ("authorization", "Negotiate vera");
    ask(&app, "GET /fresh", &[vera]).await.assert_denied(401, REASON, &["Negotiate realm=\"fair\""]);
    let script = ask(&app, "GET /fresh", &[&[vera], SCRIPT].concat()).await;
    script.assert_denied(401, REASON, &["X-Negotiate realm=\"fair\""]);
}
