//! A token is never sent to a server that did not issue it.

use authgate::oauth::{AccessTokens, Introspection};
use authgate::routing::get;
use authgate::scheme::{Bearer, Issuer, Keys};
use authgate::{Authenticated, Either, Gate, Router};
use authgate_tests::provider::{Provider, SigningKey};
use authgate_tests::token::{AUDIENCE, ISSUER, SECRET, token};
use axum::extract::FromRef;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::{ENDPOINT, OLD, OPAQUE, active, answering, app, introspected, introspection, me};
use crate::oauth::{app_of, discovered};

#[tokio::test(start_paused = true)]
async fn jwt_of_an_unknown_issuer_is_not_sent() {
    let provider = answering(&active(&json!({})));
    let app = app(introspected(&provider));
    let key = SigningKey::new("one");
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let jwe = format!("{}.a.b.c.d", part(r#"{"alg":"dir","enc":"A256GCM"}"#));
    let valid = key.token(&json!({}));
    let (header, _) = valid.split_once('.').unwrap();
    for token in [
        valid.clone(),
        token(&json!({})),
        key.token(&json!({ "iss": "https://old.example/" })),
        key.token(&json!({ "iss": 7 })),
        key.sign(&json!({}), &json!({ "sub": "vera" })),
        key.sign(&json!({ "typ": "odd", "alg": "none" }), &json!({ "iss": "https://evil.example" })),
        jwe,
        format!("{header}.{}.x", part("not JSON")),
        format!("{header}.!.x"),
        format!("{header}."),
        format!("{valid}."),
        format!("{}.{}.x", part(r#" {"a":1,"a":2}"#), part("{}")),
    ] {
        assert_eq!(me(&app, &format!("Bearer {token}")).await.status, 401, "{token}");
    }
    for token in ["", " ", "a b", "a=b;c", "\u{e9}", &"a".repeat(64 * 1024 + 1)] {
        assert!(
            [400, 401].contains(&me(&app, &format!("Bearer {token}")).await.status.as_u16()),
            "{token:.9}"
        );
    }
    assert_eq!(provider.all_asked(), [""; 0]);
    for token in ["a", "a.b.c", ".", "v4.public.x.y", &"a".repeat(64 * 1024)] {
        me(&app, &format!("Bearer {token}")).await.assert_is(200, "vera");
    }
}

#[tokio::test(start_paused = true)]
async fn jwt_of_an_introspected_issuer_is_introspected() {
    let provider = answering(&active(&json!({})));
    let jwt = format!("Bearer {}", SigningKey::new("one").token(&json!({ "iss": OLD })));
    let fixed = || Issuer::with_keys(ISSUER, Keys::hs256(SECRET).unwrap());
    for tokens in [
        AccessTokens::from(introspected(&provider)),
        AccessTokens::from(fixed()).and(introspected(&provider)),
    ] {
        let app = app_of(&tokens.audience(AUDIENCE));
        me(&app, &jwt).await.assert_is(200, "vera");
    }
    assert_eq!(provider.asked(ENDPOINT), 2);
}

#[tokio::test(start_paused = true)]
async fn jwts_and_opaque_tokens_are_accepted_by_one_gate() {
    let key = SigningKey::new("one");
    let (keys, old) = (Provider::new(&[&key]), answering(&active(&json!({ "sub": "olga" }))));
    let fixed = Issuer::with_keys(ISSUER, Keys::hs256(SECRET).unwrap());
    let tokens = AccessTokens::from(discovered(&keys)).and(fixed).and(introspected(&old)).audience(AUDIENCE);
    let app = app_of(&tokens);
    me(&app, &key.bearer()).await.assert_is(200, "vera");
    me(&app, &format!("Bearer {}", token(&json!({})))).await.assert_is(200, "vera");
    assert_eq!(old.all_asked(), [""; 0], "a JWT of an issuer with keys is verified here");
    me(&app, OPAQUE).await.assert_is(200, "olga");
    let forged = SigningKey::new("one").bearer();
    assert_eq!(me(&app, &forged).await.status, 401);
    assert_eq!(old.asked(ENDPOINT), 1);
}

#[tokio::test(start_paused = true)]
async fn prefix_selects_among_introspecting_issuers() {
    let provider = answering(&active(&json!({ "iss": null })));
    let issuer = |name: &str, prefix: &str| {
        let endpoint = format!("https://{name}.example/introspect");
        provider.serve_json(&endpoint, &active(&json!({ "iss": null, "sub": name })));
        let introspection = Introspection::at(endpoint).client("api", "secret").token_prefix(prefix);
        Issuer::introspected(format!("https://{name}.example"), introspection).fetched_by(provider.clone())
    };
    let app =
        app_of(&AccessTokens::from(issuer("old", "old_")).and(issuer("new", "new_")).audience(AUDIENCE));
    me(&app, "Bearer old_a").await.assert_is(200, "old");
    me(&app, "Bearer new_a").await.assert_is(200, "new");
    let asked = provider.all_asked().len();
    for token in ["other", "old", "Old_a", "xold_a"] {
        assert_eq!(me(&app, &format!("Bearer {token}")).await.status, 401, "{token}");
    }
    assert_eq!(provider.all_asked().len(), asked);
}

#[tokio::test(start_paused = true)]
async fn issuer_is_introspected_from_its_addition_to_its_removal() {
    let provider = answering(&active(&json!({})));
    let tokens =
        AccessTokens::from(Issuer::with_keys(ISSUER, Keys::hs256(SECRET).unwrap())).audience(AUDIENCE);
    let app = app_of(&tokens);
    assert_eq!(me(&app, OPAQUE).await.status, 401);
    tokens.add(introspected(&provider)).unwrap();
    assert_eq!(me(&app, OPAQUE).await.status, 200);
    let other = Issuer::introspected("https://other.example", introspection()).fetched_by(provider.clone());
    assert!(tokens.add(other).unwrap_err().to_string().contains("cannot be distinguished"));
    assert!(tokens.remove(OLD));
    assert_eq!(me(&app, OPAQUE).await.status, 401);
}

#[tokio::test(start_paused = true)]
async fn issuer_that_is_removed_during_a_call_is_not_trusted() {
    let provider = answering(&active(&json!({})));
    provider.set_delay(std::time::Duration::from_millis(500));
    let tokens = AccessTokens::from(introspected(&provider)).audience(AUDIENCE);
    let app = app_of(&tokens);
    let request = tokio::spawn({
        let app = app.clone();
        async move { me(&app, OPAQUE).await.status.as_u16() }
    });
    crate::oauth::settle().await;
    assert!(tokens.remove(OLD));
    assert_eq!(request.await.unwrap(), 401);
}

#[derive(authgate::Principal, serde::Deserialize)]
struct Person {
    #[principal(id)]
    sub: String,
}

#[derive(authgate::Principal, serde::Deserialize)]
struct Machine {
    #[principal(id)]
    sub: String,
}

#[derive(Clone, FromRef)]
struct TwoGates {
    people: Gate<Person>,
    machines: Gate<Machine>,
}

async fn either(caller: Either<Authenticated<Person>, Authenticated<Machine>>) -> String {
    match caller {
        Either::Left(person) => format!("person {}", person.sub),
        Either::Right(machine) => format!("machine {}", machine.sub),
    }
}

/// A gate never sends the token of the other gate to its own issuer.
#[tokio::test(start_paused = true)]
async fn route_of_two_gates_sends_a_token_only_to_the_issuer_of_its_prefix() {
    let provider = Provider::default();
    for (name, endpoint) in
        [("people", "https://people.example/ask"), ("machines", "https://machines.example/ask")]
    {
        let issuer = format!("https://{name}.example");
        provider.serve_json(endpoint, &active(&json!({ "iss": issuer, "sub": name })));
    }
    let issuer = |name: &str, prefix: Option<&str>| {
        let introspection = Introspection::at(format!("https://{name}.example/ask")).client("api", "secret");
        let introspection = match prefix {
            Some(prefix) => introspection.token_prefix(prefix),
            None => introspection,
        };
        let issuer = Issuer::introspected(format!("https://{name}.example"), introspection);
        AccessTokens::from(issuer.fetched_by(provider.clone())).audience(AUDIENCE)
    };
    let app = |people, machines| {
        let people = Gate::builder().scheme(Bearer::of(&issuer("people", people))).build().unwrap();
        let machines = Gate::builder().scheme(Bearer::of(&issuer("machines", machines))).build().unwrap();
        Router::new().route("/me", get(either)).with_state(TwoGates { people, machines })
    };
    let with_prefixes = app(Some("p_"), Some("m_"));
    me(&with_prefixes, "Bearer p_1").await.assert_is(200, "person people");
    me(&with_prefixes, "Bearer m_1").await.assert_is(200, "machine machines");
    assert_eq!(me(&with_prefixes, "Bearer x_1").await.status, 401);
    assert_eq!(provider.all_asked(), ["https://people.example/ask", "https://machines.example/ask"]);
    let without = app(None, None);
    for token in ["Bearer p_2", "Bearer m_2"] {
        assert_eq!(me(&without, token).await.status, 401);
    }
    assert_eq!(provider.all_asked().len(), 2, "{provider:?}");
}
