//! DPoP (RFC 9449) through the real router.

mod settings;
mod step_up;

use std::sync::Arc;
use std::time::SystemTime;

use authgate::oauth::dpop::WithoutReplayOrNonces;
use authgate::oauth::{AccessTokens, BackendError, Dpop, FileOnce, InMemoryOnce, NonceKey, Once};
use authgate::scheme::{Bearer, Issuer, Keys, ResolveError, Scheme, Wrapped};
use authgate::{Authenticated, Gate, Router};
use authgate_tests::app::{App, Ran, User, routes};
use authgate_tests::ask::{Answer, ask, ask_with};
use authgate_tests::dpop::{Client, ORIGIN, nonce, send};
use authgate_tests::token::{AUDIENCE, ISSUER, SECRET, now, token};
use axum::extract::Request;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use serde_json::{Value, json};

use crate::events::capture::capture_with_causes;

const NONCE_SECRET: [u8; 32] = [7; 32];

const PLAIN: &str = r#"DPoP realm="https://api.example", algs="ES256 EdDSA Ed25519 RS256 PS256""#;

fn challenge(error: &str) -> String {
    format!("{PLAIN}, error=\"{error}\"")
}

fn tokens() -> AccessTokens {
    let keys = Keys::hs256(SECRET).unwrap();
    AccessTokens::from(Issuer::with_keys(ISSUER, keys)).audience(AUDIENCE)
}

fn dpop() -> Dpop<WithoutReplayOrNonces> {
    Dpop::of(&tokens()).origin(ORIGIN)
}

fn replay() -> Dpop {
    dpop().replay(InMemoryOnce::new())
}

fn nonces() -> Dpop {
    dpop().nonces(NonceKey::new(NONCE_SECRET).unwrap())
}

fn app(scheme: impl Scheme<User>) -> axum::Router {
    app_of(Gate::builder().scheme(scheme).build().unwrap())
}

fn app_of(gate: Gate<User>) -> axum::Router {
    let routes: Router<App> = routes();
    routes.with_state(App { gate, ran: Ran::default() })
}

fn none() -> Value {
    json!({})
}

#[tokio::test]
async fn bound_token_with_its_proof_is_allowed() {
    let (app, client) = (app(replay()), Client::default());
    let token = client.token(&json!({ "roles": ["admin"] }));
    let answer = client.ask(&app, "GET /me", &token, &none()).await;
    answer.assert_is(200, "vera");
    assert_eq!(answer.header("vary"), Some("authorization, dpop"));
    assert_eq!(answer.header("cache-control"), Some("private"));
    assert_eq!(answer.header("dpop-nonce"), None);
    for (line, path) in
        [("GET /me?a=b", "/me"), ("GET /%6De", "/me"), ("GET /admin/reports", "/admin/reports")]
    {
        let answer = client.ask(&app, line, &token, &json!({ "htu": format!("{ORIGIN}{path}") })).await;
        assert_ne!(answer.status, 401, "{line}: {}", answer.body);
    }
    let lower = [
        ("authorization", &*format!("dpop {token}")),
        ("dpop", &client.proof(&client.claims("GET /me", &token))),
    ];
    ask(&app, "GET /me", &lower).await.assert_is(200, "vera");
    client.ask(&app, "GET /reports/7", &client.token(&none()), &none()).await.assert_denied(
        403,
        "role_missing",
        &[],
    );
    ask(&app, "GET /me", &[]).await.assert_denied(401, "credentials_missing", &[PLAIN]);
}

/// RFC 9449 section 4.3.
#[tokio::test]
async fn proof_for_another_request_or_token_is_rejected() {
    let (app, client) = (app(replay()), Client::default());
    let token = client.token(&none());
    for over in [
        json!({ "htm": "POST" }),
        json!({ "htu": format!("{ORIGIN}/reports/7") }),
        json!({ "htu": "https://evil.example/me" }),
        json!({ "htu": "http://api.example/me" }),
        json!({ "ath": "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo" }),
        json!({ "ath": null }),
        json!({ "jti": null }),
        json!({ "iat": null }),
        json!({ "iat": now() - 400 }),
        json!({ "iat": now() + 100 }),
    ] {
        let answer = client.ask(&app, "GET /me", &token, &over).await;
        answer.assert_denied(401, "proof_invalid", &[&challenge("invalid_dpop_proof")]);
    }
    for proof in ["", "x", "a.b.c"] {
        let answer = send(&app, "GET /me", &token, proof).await;
        answer.assert_denied(401, "proof_invalid", &[&challenge("invalid_dpop_proof")]);
    }
    let authorization = format!("DPoP {token}");
    let answer = ask(&app, "GET /me", &[("authorization", &authorization)]).await;
    answer.assert_denied(401, "proof_invalid", &[&challenge("invalid_dpop_proof")]);
    // The host that a client or a proxy states is never read.
    let proof = client.proof(&client.claims("GET /me", &token));
    let fields = [
        ("authorization", &*authorization),
        ("dpop", &*proof),
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
    ];
    ask(&app, "GET /me", &fields).await.assert_is(200, "vera");
}

/// RFC 9449 section 7.1: the key is that of the token.
#[tokio::test]
async fn proof_with_another_key_is_rejected() {
    let (app, client, thief) = (app(replay()), Client::default(), Client::default());
    let stolen = client.token(&none());
    let answer = thief.ask(&app, "GET /me", &stolen, &none()).await;
    answer.assert_denied(401, "credentials_rejected", &[&challenge("invalid_token")]);
}

#[tokio::test]
async fn token_is_checked_before_its_proof() {
    let (app, client) = (app(replay()), Client::default());
    for (over, reason) in [
        (json!({ "exp": now() - 60 }), "credentials_expired"),
        (json!({ "aud": "https://other.example" }), "credentials_wrong_audience"),
        (json!({ "iss": "https://other.example" }), "credentials_wrong_issuer"),
    ] {
        let answer = client.ask(&app, "GET /me", &client.token(&over), &json!({ "htm": "POST" })).await;
        answer.assert_denied(401, reason, &[&challenge("invalid_token")]);
    }
}

#[tokio::test]
async fn two_proofs_are_rejected() {
    let (app, client) = (app(replay()), Client::default());
    let token = client.token(&none());
    let [one, other] = [(); 2].map(|()| client.proof(&client.claims("GET /me", &token)));
    let authorization = format!("DPoP {token}");
    let two = [("authorization", &*authorization), ("dpop", &one), ("dpop", &other)];
    let joined = format!("{one}, {other}");
    let joined = [("authorization", &*authorization), ("dpop", &*joined)];
    for fields in [&two[..], &joined] {
        let answer = ask(&app, "GET /me", fields).await;
        answer.assert_denied(401, "proof_invalid", &[&challenge("invalid_dpop_proof")]);
    }
    // Neither was recorded.
    send(&app, "GET /me", &token, &one).await.assert_is(200, "vera");
}

/// RFC 9449 section 11.1. Only a proof that passes every other check is recorded.
#[tokio::test]
async fn replayed_proof_is_rejected() {
    let (app, client, thief) = (app(replay()), Client::default(), Client::default());
    let token = client.token(&none());
    let claims = client.claims("GET /me", &token);
    let proof = client.proof(&claims);
    for (other, line) in [(&client, "GET /reports/7"), (&thief, "GET /me")] {
        assert_eq!(send(&app, line, &token, &other.proof(&claims)).await.status, 401);
    }
    send(&app, "GET /me", &token, &proof).await.assert_is(200, "vera");
    for again in [proof, client.proof(&claims)] {
        let answer = send(&app, "GET /me", &token, &again).await;
        answer.assert_denied(401, "proof_invalid", &[&challenge("invalid_dpop_proof")]);
    }
    // Another client may use the same `jti`.
    let theirs = thief.token(&none());
    thief.ask(&app, "GET /me", &theirs, &json!({ "jti": claims["jti"] })).await.assert_is(200, "vera");
}

#[tokio::test]
async fn processes_share_used_proofs_in_a_file() {
    let folder = std::env::temp_dir().join(format!("authgate-dpop-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let process = || app(dpop().replay(FileOnce::open(folder.join("used")).unwrap()));
    let (one, other, client) = (process(), process(), Client::default());
    let token = client.token(&none());
    for (first, second) in [(&one, &other), (&other, &one)] {
        let proof = client.proof(&client.claims("GET /me", &token));
        send(first, "GET /me", &token, &proof).await.assert_is(200, "vera");
        assert_eq!(send(second, "GET /me", &token, &proof).await.reason(), "proof_invalid");
    }
    std::fs::write(folder.join("used"), "damaged").unwrap();
    client.ask(&one, "GET /me", &token, &none()).await.assert_denied(503, "undecided", &[]);
    std::fs::remove_dir_all(folder).unwrap();
}

/// RFC 9449 section 9: a client without a nonce gets one, and retries.
#[tokio::test]
async fn client_gets_a_nonce_and_retries() {
    let (app, client) = (app(nonces()), Client::default());
    let token = client.token(&none());
    let required = client.ask(&app, "GET /me", &token, &none()).await;
    required.assert_denied(401, "proof_nonce_missing", &[&challenge("use_dpop_nonce")]);
    let sent = required.header("dpop-nonce").unwrap();
    assert_eq!(required.headers.get_all("dpop-nonce").iter().count(), 1);
    let answer = client.ask(&app, "GET /me", &token, &json!({ "nonce": sent })).await;
    answer.assert_is(200, "vera");
    // Every 401 has a nonce, so that a client needs one request less.
    for answer in [
        ask(&app, "GET /me", &[]).await,
        client.ask(&app, "GET /me", &token, &json!({ "htm": "POST" })).await,
        client.ask(&app, "GET /me", "x", &none()).await,
    ] {
        assert!(answer.status == 401 && answer.header("dpop-nonce").is_some(), "{}", answer.body);
    }
    // A 403 needs none.
    let denied = client.ask(&app, "GET /reports/7", &token, &json!({ "nonce": sent })).await;
    assert_eq!((denied.status.as_u16(), denied.header("dpop-nonce")), (403, None));
}

#[tokio::test]
async fn unknown_or_expired_nonce_is_replaced() {
    let (app, client) = (app(nonces()), Client::default());
    let token = client.token(&none());
    let foreign = nonce(&[8; 32], now());
    for sent in ["", "x", &foreign, &nonce(&NONCE_SECRET, now() - 360), &nonce(&NONCE_SECRET, now() + 360)] {
        let answer = client.ask(&app, "GET /me", &token, &json!({ "nonce": sent })).await;
        answer.assert_denied(401, "proof_nonce_missing", &[&challenge("use_dpop_nonce")]);
        let next = answer.header("dpop-nonce").unwrap();
        client.ask(&app, "GET /me", &token, &json!({ "nonce": next })).await.assert_is(200, "vera");
    }
}

#[tokio::test]
async fn client_gets_the_next_nonce_before_the_old_one_expires() {
    let (app, client) = (app(nonces()), Client::default());
    let token = client.token(&none());
    let ending = json!({ "nonce": nonce(&NONCE_SECRET, now() - 120) });
    for (line, status) in [("GET /me", 200), ("GET /reports/7", 403)] {
        let answer = client.ask(&app, line, &token, &ending).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let next = answer.header("dpop-nonce").unwrap();
        let answer = client.ask(&app, "GET /me", &token, &json!({ "nonce": next })).await;
        assert_eq!((answer.status.as_u16(), answer.header("dpop-nonce")), (200, None));
    }
}

/// RFC 9449 section 11.1.
#[tokio::test]
async fn wrong_clock_of_the_client_has_no_influence_with_a_nonce() {
    let (app, client) = (app(nonces().replay(InMemoryOnce::new())), Client::default());
    let token = client.token(&none());
    let nonce = nonce(&NONCE_SECRET, now());
    for iat in [0, now() - 86_400, now() + 86_400] {
        let over = json!({ "iat": iat, "nonce": nonce });
        client.ask(&app, "GET /me", &token, &over).await.assert_is(200, "vera");
    }
    let claims = client.claims("GET /me", &token);
    let over = json!({ "iat": 0, "nonce": nonce, "jti": claims["jti"] });
    client.ask(&app, "GET /me", &token, &over).await.assert_is(200, "vera");
    assert_eq!(client.ask(&app, "GET /me", &token, &over).await.reason(), "proof_invalid");
}

/// RFC 9449 section 7.2.
#[tokio::test]
async fn token_is_accepted_only_by_its_own_scheme() {
    let tokens = tokens();
    let scheme = Dpop::of(&tokens).origin(ORIGIN).replay(InMemoryOnce::new());
    let app = app_of(Gate::builder().scheme(scheme).scheme(Bearer::of(&tokens)).build().unwrap());
    let client = Client::default();
    let (bound, unbound) = (client.token(&none()), token(&none()));
    let plain_bearer = r#"Bearer realm="https://api.example""#;
    let bearer = r#"Bearer realm="https://api.example", error="invalid_token""#;
    ask_with(&app, "GET /me", &unbound).await.assert_is(200, "vera");
    client.ask(&app, "GET /me", &bound, &none()).await.assert_is(200, "vera");
    ask_with(&app, "GET /me", &bound).await.assert_denied(401, "credentials_rejected", &[bearer, PLAIN]);
    // With a proof, too.
    let proof = client.proof(&client.claims("GET /me", &bound));
    let as_bearer = format!("Bearer {bound}");
    let fields = [("authorization", &*as_bearer), ("dpop", &proof)];
    ask(&app, "GET /me", &fields).await.assert_denied(401, "credentials_rejected", &[bearer, PLAIN]);
    let answer = client.ask(&app, "GET /me", &unbound, &none()).await;
    answer.assert_denied(401, "credentials_rejected", &[plain_bearer, &challenge("invalid_token")]);
    // RFC 9449 section 7.2: with two credentials, both challenges have the error.
    let as_dpop = format!("DPoP {bound}");
    let both = [("authorization", &*as_dpop), ("authorization", &as_bearer), ("dpop", &proof)];
    let invalid = r#"Bearer realm="https://api.example", error="invalid_request""#;
    let answer = ask(&app, "GET /me", &both).await;
    answer.assert_denied(400, "credentials_ambiguous", &[invalid, &challenge("invalid_request")]);
    ask(&app, "GET /me", &[]).await.assert_denied(401, "credentials_missing", &[plain_bearer, PLAIN]);
}

/// The proof counts once, and a middleware and several extractors need one identification.
#[tokio::test]
async fn request_is_identified_once() {
    async fn me(one: Authenticated<User>, other: Authenticated<User>) -> String {
        format!("{}{}", one.sub, other.sub)
    }
    async fn audit(_: Authenticated<User>, request: Request, next: Next) -> Response {
        next.run(request).await
    }
    let gate = Gate::builder().scheme(replay()).build().unwrap();
    let inner = Router::new().route("/me", authgate::routing::get(me));
    let app = Router::new().nest("/a", inner).with_state(gate.clone());
    let (app, client) = (app.layer(from_fn_with_state(gate, audit)), Client::default());
    let token = client.token(&none());
    client.ask(&app, "GET /a/me", &token, &none()).await.assert_is(200, "veravera");
}

#[tokio::test]
async fn insufficient_scope_is_stated_in_the_challenge() {
    let (app, client) = (app(nonces()), Client::default());
    let token = client.token(&json!({ "roles": ["editor"] }));
    let over = json!({ "nonce": nonce(&NONCE_SECRET, now()) });
    let answer = client.ask(&app, "PUT /reports/7", &token, &over).await;
    let scope = challenge("insufficient_scope") + r#", scope="reports:write""#;
    answer.assert_denied(403, "scope_missing", &[&scope]);
}

struct Down;

impl Once for Down {
    async fn first(&self, _: &[u8; 32], _: SystemTime) -> Result<bool, BackendError> {
        Err(BackendError::new("connection refused"))
    }
}

struct Hanging;

impl Once for Hanging {
    async fn first(&self, _: &[u8; 32], _: SystemTime) -> Result<bool, BackendError> {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn unavailable_store_of_used_proofs_is_503() {
    let client = Client::default();
    let token = client.token(&none());
    for app in [app(dpop().replay(Down)), app(dpop().replay(Hanging)), app(dpop().replay(Arc::new(Down)))] {
        let answer = client.ask(&app, "GET /me", &token, &none()).await;
        answer.assert_denied(503, "undecided", &[]);
        assert_eq!(answer.header("retry-after"), Some("5"));
        // The store is not asked about an invalid proof.
        let answer = client.ask(&app, "GET /me", &token, &json!({ "htm": "POST" })).await;
        assert_eq!(answer.reason(), "proof_invalid");
    }
}

#[tokio::test]
async fn full_store_of_used_proofs_is_503() {
    let (app, client) = (app(dpop().replay(InMemoryOnce::with_capacity(1))), Client::default());
    let token = client.token(&none());
    client.ask(&app, "GET /me", &token, &none()).await.assert_is(200, "vera");
    client.ask(&app, "GET /me", &token, &none()).await.assert_denied(503, "undecided", &[]);
}

#[tokio::test]
async fn accounts_and_wrapped_schemes_keep_the_nonce() {
    #[derive(serde::Deserialize)]
    struct Claims {
        sub: String,
    }
    let resolved = nonces().resolve(|claims: Claims| async move {
        if claims.sub == "vera" { Ok(User::new("Vera", &[], &[])) } else { Err(ResolveError::UnknownAccount) }
    });
    let wrapped = Wrapped::new(nonces(), |answer: authgate::scheme::Answer<User>, _| {
        answer.map(|user| User::new(&user.sub.to_uppercase(), &[], &[]))
    });
    let client = Client::default();
    for (app, name) in [(app(resolved), "Vera"), (app(wrapped), "VERA")] {
        let token = client.token(&none());
        let answer: Answer = client.ask(&app, "GET /me", &token, &none()).await;
        answer.assert_denied(401, "proof_nonce_missing", &[&challenge("use_dpop_nonce")]);
        let over = json!({ "nonce": answer.header("dpop-nonce").unwrap() });
        client.ask(&app, "GET /me", &token, &over).await.assert_is(200, name);
        let ending = json!({ "nonce": nonce(&NONCE_SECRET, now() - 120) });
        let answer = client.ask(&app, "GET /me", &token, &ending).await;
        assert!(answer.header("dpop-nonce").is_some());
    }
}

#[tokio::test]
async fn event_names_the_failed_check() {
    let (app, client) = (app(nonces().replay(InMemoryOnce::new())), Client::default());
    let token = client.token(&none());
    let good = json!({ "nonce": nonce(&NONCE_SECRET, now()), "jti": "once" });
    let with = |name: &str, value: Value| {
        let mut over = good.clone();
        over[name] = value;
        over
    };
    client.ask(&app, "GET /me", &token, &good).await.assert_is(200, "vera");
    for (token, over, check) in [
        (&token, with("htm", json!("POST")), "htm"),
        (&token, with("htu", json!("https://evil.example/me")), "htu"),
        (&token, with("ath", json!("x")), "ath"),
        (&token, with("nonce", json!("x")), "nonce"),
        (&token, with("jti", Value::Null), "jti"),
        (&token, good.clone(), "replay"),
        (&Client::default().token(&none()), good.clone(), "key of the token"),
        (&authgate_tests::token::token(&none()), good.clone(), "confirmation"),
    ] {
        let (answer, events) = capture_with_causes(client.ask(&app, "GET /me", token, &over)).await;
        assert_eq!(answer.status, 401, "{check}");
        let event = events.iter().find(|event| event.field("check").is_some()).unwrap();
        assert_eq!((event.field("check"), event.field("scheme")), (Some(check), Some("DPoP")));
        assert!(events.iter().all(|event| event.fields().all(|(_, value)| !value.contains(token))));
    }
}
