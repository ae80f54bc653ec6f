//! Several issuers in one gate. Each issuer names its own subjects (RFC 7519 section 4.1.2).

mod settings;

use authgate::access::lock::Lock;
use authgate::right::ConstStr;
use authgate::routing::get;
use authgate::scheme::bearer::CacheSize;
use authgate::scheme::{Bearer, Keys};
use authgate::{Authenticated, Authorized, Gate, Principal, Role, Roles, Router, requires};
use authgate_tests::ask::{Answer, ask_with, request, send};
use authgate_tests::token::{AUDIENCE, ISSUER, SECRET, token, token_with};
use jsonwebtoken::{Algorithm, Header};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::events::capture::capture;

const PARTNER: &str = "https://partner.example";
const PARTNER_SECRET: &[u8] = b"another secret of at least 32 bytes, of the partner";

#[derive(Role)]
enum Role {
    Editor,
}

#[derive(Clone, authgate::Principal, serde::Deserialize)]
#[principal(role = Role)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(issuer)]
    iss: String,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
}

/// The gate sets the field, which is not a claim of the token.
#[derive(authgate::Principal, serde::Deserialize)]
struct Filled {
    #[principal(id)]
    sub: String,
    #[principal(issuer)]
    #[serde(skip)]
    issuer: Option<std::sync::Arc<str>>,
}

#[derive(authgate::Principal, serde::Deserialize)]
#[principal(shared_subjects)]
struct Shared {
    #[principal(id)]
    sub: String,
}

#[derive(authgate::Principal, serde::Deserialize)]
struct Undeclared {
    #[principal(id)]
    sub: String,
}

fn bearer() -> Bearer {
    let keys = |secret| Keys::hs256(secret).unwrap();
    let bearer = Bearer::jwt(keys(SECRET)).issuer(ISSUER).audience(AUDIENCE).realm("api");
    bearer.trust(PARTNER, keys(PARTNER_SECRET))
}

/// Returns a token of the partner for the partner's subject `ada`.
fn partner_token() -> String {
    token_with(&Header::new(Algorithm::HS256), PARTNER_SECRET, &json!({ "iss": PARTNER, "sub": "ada" }))
}

fn our_token() -> String {
    token(&json!({ "sub": "ada" }))
}

async fn show_caller(user: Authenticated<User>) -> String {
    format!("{} of {} by {}", user.sub, user.iss, user.context().issuer().unwrap_or("no issuer"))
}

async fn edit(_: Authorized<role::Editor>) {}

async fn filled(user: Authenticated<Filled>) -> String {
    format!("{} of {}", user.sub, user.issuer.as_deref().unwrap_or("no issuer"))
}

fn app() -> axum::Router {
    let gate = Gate::<User>::builder().scheme(bearer()).build().unwrap();
    Router::new().route("/who", get(show_caller)).route("/edit", get(edit)).with_state(gate)
}

#[tokio::test]
async fn context_and_principal_have_the_issuer() {
    for app in [app(), {
        let gate = Gate::<User>::builder().scheme(bearer().cached(CacheSize::mebibytes(1))).build().unwrap();
        Router::new().route("/who", get(show_caller)).with_state(gate)
    }] {
        // Twice, because the second response comes from a cache.
        for _ in 0..2 {
            let answer = ask_with(&app, "GET /who", &our_token()).await;
            answer.assert_is(200, &format!("ada of {ISSUER} by {ISSUER}"));
            let answer = ask_with(&app, "GET /who", &partner_token()).await;
            answer.assert_is(200, &format!("ada of {PARTNER} by {PARTNER}"));
        }
    }
}

#[tokio::test]
async fn gate_sets_the_issuer_field() {
    let gate = Gate::<Filled>::builder().scheme(bearer()).build().unwrap();
    let app: axum::Router = Router::new().route("/", get(filled)).with_state(gate);
    ask_with(&app, "GET /", &partner_token()).await.assert_is(200, &format!("ada of {PARTNER}"));
}

#[tokio::test]
async fn denial_event_has_the_issuer() {
    for (token, issuer) in [(our_token(), ISSUER), (partner_token(), PARTNER)] {
        let app = app();
        let (answer, events): (Answer, _) = capture(ask_with(&app, "GET /edit", &token)).await;
        answer.assert_denied(403, "role_missing", &[]);
        let [event] = events.as_slice() else { panic!("{events:?}") };
        assert_eq!((event.field("principal"), event.field("issuer")), (Some("ada"), Some(issuer)));
    }
}

#[tokio::test]
async fn warns_of_several_issuers_without_a_declaration() {
    async fn warnings<P: Principal + DeserializeOwned>(bearer: Bearer) -> Vec<String> {
        let (_, events) = capture(async { Gate::<P>::builder().scheme(bearer).build().unwrap() }).await;
        let issuers = events.iter().filter(|event| event.field("issuers").is_some());
        issuers.map(|event| format!("{event:?}")).collect()
    }
    let warned = warnings::<Undeclared>(bearer()).await;
    let [warning] = warned.as_slice() else { panic!("{warned:?}") };
    for part in ["WARN", "Undeclared", "#[principal(issuer)]", "#[principal(shared_subjects)]"] {
        assert!(warning.to_uppercase().contains(&part.to_uppercase()), "{warning}");
    }
    assert!(warnings::<User>(bearer()).await.is_empty());
    assert!(warnings::<Shared>(bearer()).await.is_empty());
    let alone = Bearer::jwt(Keys::hs256(SECRET).unwrap()).issuer(ISSUER).audience(AUDIENCE);
    assert!(warnings::<Undeclared>(alone).await.is_empty());
}

#[requires(role = "editor", issuer = "https://partner.example")]
async fn import() {}

#[requires(any(issuer = "https://partner.example", role = "editor"), principal = User)]
async fn either() {}

struct Partner;

impl ConstStr for Partner {
    const TEXT: &'static str = PARTNER;
}

#[requires(role = "editor", not(issuer = Partner))]
async fn internal() {}

/// Returns a token of the editor `ada` from one of the two issuers.
fn editor_token(issuer: &str) -> String {
    let secret = if issuer == PARTNER { PARTNER_SECRET } else { SECRET };
    let claims = json!({ "iss": issuer, "sub": "ada", "roles": ["editor"] });
    token_with(&Header::new(Algorithm::HS256), secret, &claims)
}

fn issuer_routes() -> Router<Gate<User>> {
    Router::new()
        .route("/import", get(import))
        .route("/either", get(either))
        .route("/internal", get(internal))
}

#[tokio::test]
async fn a_rule_requires_or_excludes_an_issuer() {
    let gate = Gate::<User>::builder().scheme(bearer()).build().unwrap();
    let app: axum::Router = issuer_routes().with_state(gate);
    for (path, token, denied) in [
        ("/import", editor_token(PARTNER), None),
        ("/import", editor_token(ISSUER), Some("issuer_not_accepted")),
        ("/import", partner_token(), Some("role_missing")),
        ("/import", our_token(), Some("role_missing")),
        ("/either", partner_token(), None),
        ("/either", editor_token(ISSUER), None),
        ("/either", our_token(), Some("issuer_not_accepted")),
        ("/internal", editor_token(ISSUER), None),
        ("/internal", editor_token(PARTNER), Some("excluded")),
    ] {
        let answer = ask_with(&app, &format!("GET {path}"), &token).await;
        match denied {
            None => assert_eq!(answer.status, 200, "{path} {token}"),
            Some(reason) => answer.assert_denied(403, reason, &[]),
        }
    }
}

#[tokio::test]
async fn a_test_caller_has_the_issuer_that_the_test_sets() {
    use authgate::testing::{TestGate, principal};

    let gate = Gate::<User>::builder().scheme(bearer()).build().unwrap();
    for (tests, issuer, status) in [
        (TestGate::<User>::standing_in_for(&gate), PARTNER, 200),
        (TestGate::<User>::standing_in_for(&gate), ISSUER, 403),
        // A gate that does not trust the partner.
        (TestGate::<User>::new(), PARTNER, 403),
    ] {
        let app: axum::Router = issuer_routes().with_state(tests.gate());
        let ada = tests.sign_in(principal("ada").role(Role::Editor).issuer(issuer));
        let answer = send(&app, ada.calls(request("GET /import", &[]))).await;
        assert_eq!(answer.status, status, "{issuer}");
    }
}

#[tokio::test]
async fn lock_contains_the_issuer_and_probe_checks_it() {
    let lock = issuer_routes().access().lock().to_string();
    assert!(lock.contains("role:editor & issuer:https://partner.example\n"), "{lock}");
    assert!(lock.contains("role:editor & !issuer:https://partner.example\n"), "{lock}");
    assert_eq!(Lock::parse(&lock).unwrap().to_string(), lock);

    let file = std::env::temp_dir().join(format!("authgate-issuers-{}.lock", std::process::id()));
    std::fs::write(&file, &lock).unwrap();
    let gate = Gate::<User>::builder().scheme(bearer()).build().unwrap();
    let report = authgate::testing::probe(issuer_routes(), gate, &file).await;
    std::fs::remove_file(&file).unwrap();
    report.assert_clean();

    let wrong = lock.replace("role:editor & issuer:https://partner.example", "role:editor");
    std::fs::write(&file, &wrong).unwrap();
    let gate = Gate::<User>::builder().scheme(bearer()).build().unwrap();
    let report = authgate::testing::probe(issuer_routes(), gate, &file).await;
    std::fs::remove_file(&file).unwrap();
    let [failure, ..] = report.failures() else { panic!("{report}") };
    assert!(failure.route().contains("/import") && failure.got().contains("issuer_not_accepted"), "{report}");
}
