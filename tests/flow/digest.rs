//! Digest (RFC 7616) through the real router.

mod shared_counts;

use authgate::oauth::InMemoryOnce;
use authgate::scheme::Digest;
use authgate::scheme::digest::{DigestUsers, Found, Ha1, InMemoryDigestUsers, Sought, UserName};
use authgate::{ConfigError, Gate};
use authgate_tests::app::User;
use authgate_tests::ask::{Answer, ask};
use authgate_tests::digest::{Caller, REALM, Sent, app, app_of, challenge, users, written};
use authgate_tests::scheme::ApiKey;
use std::collections::HashSet;
use std::time::Duration;

const KEY: [u8; 32] = [7; 32];

/// Asserts a 401 with this reason and a nonce in every challenge. `stale` states whether the
/// challenges contain `stale=true`.
#[track_caller]
fn assert_config_error(answer: &Answer, reason: &str, stale: bool) {
    assert_eq!((answer.status.as_u16(), answer.reason().as_str()), (401, reason));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    for challenge in answer.challenges() {
        assert!(written(challenge, "nonce").is_some(), "{challenge}");
        assert_eq!(written(challenge, "stale"), stale.then_some("true"), "{challenge}");
    }
    assert!(!answer.challenges().is_empty());
}

/// RFC 7616 sections 3.3 and 3.4.4.
#[tokio::test]
async fn challenge_has_the_expected_parameters_and_a_fresh_nonce() {
    let app = app();
    let line = challenge(&app).await;
    let nonce = written(&line, "nonce").unwrap();
    let expected = format!(
        r#"Digest realm="api", qop="auth", algorithm=SHA-256, nonce={nonce}, charset=UTF-8, userhash=true"#
    );
    assert_eq!(line, expected);
    assert_eq!(ask(&app, "GET /me", &[]).await.challenges().len(), 1);
    let mut nonces = HashSet::new();
    for _ in 0..100 {
        assert!(nonces.insert(written(&challenge(&app).await, "nonce").unwrap().to_owned()));
    }
}

#[tokio::test]
async fn valid_response_is_authenticated() {
    let app = app();
    for (line, answer) in [
        ("GET /me", "alice"),
        ("GET /me?a=b&c=%20", "alice"),
        ("POST /post", "alice"),
        ("GET /a/b/c?d", "alice"),
        ("HEAD /me", ""),
    ] {
        let sent = Sent::by_alice(&challenge(&app).await, line);
        sent.ask(&app, line).await.assert_is(200, answer);
    }
}

#[tokio::test]
async fn non_ascii_names_and_passwords_are_authenticated() {
    let (app, line) = (app(), "GET /me");
    let (name, password) =
        ("J\u{e4}s\u{f8}n \u{414}\u{43e}", "\u{43f}\u{430}\u{440}\u{43e}\u{43b}\u{44c}:42");
    let sent = Sent::by(name, password, &challenge(&app).await, line);
    sent.ask(&app, line).await.assert_is(200, "jason");
    let extended = sent.without("username").nth(2).put("username*", "UTF-8''J%C3%A4s%C3%B8n%20%D0%94%D0%BE");
    extended.ask(&app, line).await.assert_is(200, "jason");
    extended.hashed().nth(3).without("username*").ask(&app, line).await.assert_is(200, "jason");
}

/// RFC 7616 section 3.3: without `stale`, the client asks the user again.
#[tokio::test]
async fn wrong_password_and_unknown_user_get_the_same_401() {
    let (app, line) = (app(), "GET /me");
    for (user, password) in [("alice", "Secret"), ("alice", ""), ("bob", "secret"), ("Alice", "secret")] {
        let sent = Sent::by(user, password, &challenge(&app).await, line);
        let answers = [sent.ask(&app, line).await, sent.hashed().ask(&app, line).await];
        answers.iter().for_each(|answer| assert_config_error(answer, "credentials_rejected", false));
    }
    // An unknown user has no H(A1). A response of zeros must not match either.
    let nobody = Sent::by("bob", "", &challenge(&app).await, line).put("response", &format!("\"{:064}\"", 0));
    assert_config_error(&nobody.ask(&app, line).await, "credentials_rejected", false);
}

#[tokio::test]
async fn response_for_another_method_is_rejected() {
    let app = app();
    let sent = Sent::by_alice(&challenge(&app).await, "GET /post");
    assert_config_error(&sent.ask(&app, "POST /post").await, "credentials_rejected", false);
}

/// RFC 7616 section 3.4.6.
#[tokio::test]
async fn uri_must_match_the_request_target_with_query() {
    let app = app();
    let line = challenge(&app).await;
    for (signed, asked) in [
        ("/me", "/me?a=b"),
        ("/me?a=b", "/me"),
        ("/me?a=b", "/me?a=c"),
        ("/b/c", "/a/b/c"),
        ("/c", "/a/b/c"),
        ("/a/b/c", "/me"),
        ("*", "/me"),
        ("http://evil.example/me", "/me"),
    ] {
        let sent = Sent::by_alice(&line, &format!("GET {signed}"));
        let answer = sent.ask(&app, &format!("GET {asked}")).await;
        assert_config_error(&answer, "credentials_malformed", false);
    }
    let absolute = Sent::by_alice(&line, "GET https://api.example/me?a").credential();
    let fields = [("authorization", absolute.as_str()), ("host", "api.example")];
    ask(&app, "GET /me?a", &fields).await.assert_is(200, "alice");
}

/// RFC 7616 section 3.4.6: axum strips the prefix of a nested plain router, but the client has
/// signed the whole target.
#[tokio::test]
async fn nested_plain_router_compares_uri_with_the_whole_target() {
    async fn me(caller: authgate::Authenticated<Caller>) -> String {
        format!("{caller:?}")
    }
    let gate = Gate::builder().scheme(Digest::new(users()).realm(REALM)).build().unwrap();
    let plain = || axum::Router::new().route("/me", axum::routing::get(me));
    let nested = plain().nest("/a", axum::Router::new().nest("/b", plain()));
    let app = nested.layer(gate.layer()).with_state(gate);
    for line in ["GET /me", "GET /a/b/me?c=d"] {
        let answer = Sent::by_alice(&challenge(&app).await, line).ask(&app, line).await;
        assert_eq!(answer.status, 200, "{line}: {}", answer.body);
    }
    let other = Sent::by_alice(&challenge(&app).await, "GET /me").ask(&app, "GET /a/b/me").await;
    assert_config_error(&other, "credentials_malformed", false);
}

/// The same for a whole application mounted in another one.
#[tokio::test]
async fn mounted_application_compares_uri_with_the_whole_target() {
    let outer = authgate::Router::new()
        .nest_service::<authgate::Authenticated<User>>("/service", app())
        .ungated("/plain", "it has a gate of its own", app().with_state(()));
    let outer = outer.with_state(Gate::builder().scheme(ApiKey).build().unwrap());
    for line in ["GET /service/me", "GET /plain/me", "GET /plain/a/b/c?d"] {
        let ask = async |credential: &str| {
            ask(&outer, line, &[("x-api-key", "vera"), ("authorization", credential)]).await
        };
        let challenged = ask("").await;
        let sent = Sent::by_alice(challenged.challenges()[0], line);
        ask(&sent.credential()).await.assert_is(200, "alice");
    }
}

/// RFC 7616 section 3.4. The response is valid, so the client retries without asking the user.
#[tokio::test]
async fn reused_nonce_count_is_stale() {
    let (app, line) = (app(), "GET /me");
    let sent = Sent::by_alice(&challenge(&app).await, line);
    for (count, good) in [(2, true), (1, true), (1, false), (2, false), (130, true), (3, true), (2, false)] {
        let answer = sent.clone().nth(count).ask(&app, line).await;
        if good {
            answer.assert_is(200, "alice");
        } else {
            assert_config_error(&answer, "credentials_expired", true);
        }
    }
    // A replayed request that was changed is rejected without `stale`.
    assert_config_error(
        &sent.clone().put("cnonce", "x").ask(&app, line).await,
        "credentials_rejected",
        false,
    );
    let again = sent.ask(&app, line).await;
    assert_config_error(&again, "credentials_expired", true);
    Sent::by_alice(again.challenges()[0], line).ask(&app, line).await.assert_is(200, "alice");
}

/// A wrong response does not use up a count. Otherwise, anyone could make a client's next request
/// fail.
#[tokio::test]
async fn wrong_response_does_not_consume_the_nonce_count() {
    let (app, line) = (app(), "GET /me");
    let line_of = challenge(&app).await;
    let wrong = Sent::by("alice", "guess", &line_of, line).nth(9);
    assert_config_error(&wrong.ask(&app, line).await, "credentials_rejected", false);
    Sent::by_alice(&line_of, line).nth(9).ask(&app, line).await.assert_is(200, "alice");
}

/// RFC 7616 section 3.3.
#[tokio::test]
async fn expired_nonce_is_stale_only_with_a_valid_response() {
    let app = app_of(Digest::new(users()).realm(REALM).nonce_lifetime(Duration::from_secs(2)));
    let (line, line_of) = ("GET /me", challenge(&app).await);
    tokio::time::sleep(Duration::from_millis(2100)).await;
    let wrong = Sent::by("alice", "guess", &line_of, line).ask(&app, line).await;
    assert_config_error(&wrong, "credentials_rejected", false);
    let stale = Sent::by_alice(&line_of, line).ask(&app, line).await;
    assert_config_error(&stale, "credentials_expired", true);
    Sent::by_alice(stale.challenges()[0], line).ask(&app, line).await.assert_is(200, "alice");
}

#[tokio::test]
async fn nonce_of_another_server_is_rejected() {
    let line = "GET /me";
    let sent = Sent::by_alice(&challenge(&app()).await, line);
    assert_config_error(&sent.ask(&app(), line).await, "credentials_rejected", false);
    let key = |key: [u8; 32]| app_of(Digest::new(users()).realm(REALM).nonce_key(key));
    let sent = Sent::by_alice(&challenge(&key(KEY)).await, line);
    assert_config_error(&sent.ask(&key([8; 32]), line).await, "credentials_rejected", false);
}

#[tokio::test]
async fn processes_with_the_same_nonce_key_accept_each_others_nonces() {
    let (key, line) = (|| app_of(Digest::new(users()).realm(REALM).nonce_key(KEY)), "GET /me");
    let earlier = key();
    // The clock that distinguishes the two processes has millisecond resolution.
    let old = challenge(&earlier).await;
    tokio::time::sleep(Duration::from_millis(5)).await;
    let later = key();
    Sent::by_alice(&challenge(&later).await, line).ask(&earlier, line).await.assert_is(200, "alice");
    // The later process does not know how the nonce was used before it started.
    let stale = Sent::by_alice(&old, line).ask(&later, line).await;
    assert_config_error(&stale, "credentials_expired", true);
}

/// RFC 7616 section 3.5.
#[tokio::test]
async fn authentication_info_has_rspauth_and_nextnonce() {
    let app = app_of(Digest::new(users()).realm(REALM).nonce_lifetime(Duration::from_secs(6)));
    let line = "GET /a/b/c?d";
    let sent = Sent::by_alice(&challenge(&app).await, line);
    let answer = sent.ask(&app, line).await;
    let expected = format!(r#"rspauth="{}", qop=auth, cnonce="0a4f113b", nc=00000001"#, sent.rspauth());
    assert_eq!(answer.header("authentication-info"), Some(expected.as_str()));
    assert_eq!(answer.header("www-authenticate"), None);

    tokio::time::sleep(Duration::from_millis(3100)).await;
    let second = sent.nth(2).ask(&app, line).await;
    let next = written(second.header("authentication-info").unwrap(), "nextnonce").unwrap();
    let third = Sent::by_alice(&challenge(&app).await, line).with("nonce", next).ask(&app, line).await;
    third.assert_is(200, "alice");
    assert!(!third.header("authentication-info").unwrap().contains("nextnonce"));
}

/// RFC 7616 section 3.7.
#[tokio::test]
async fn md5_is_offered_last_and_only_if_dangerous_enables_it() {
    let line = "GET /me";
    let md5 = |challenge: &str| Sent::by_alice(&challenge.replace("SHA-256", "MD5"), line);
    let strict = app();
    assert_config_error(
        &md5(&challenge(&strict).await).ask(&strict, line).await,
        "credentials_rejected",
        false,
    );
    let loose =
        app_of(Digest::new(users()).realm(REALM).dangerous("a printer that knows no other").with_md5());
    let answer = ask(&loose, line, &[]).await;
    let algorithms: Vec<_> = answer.challenges().iter().map(|it| written(it, "algorithm").unwrap()).collect();
    assert_eq!(algorithms, ["SHA-256", "MD5"]);
    Sent::by_alice(answer.challenges()[1], line).ask(&loose, line).await.assert_is(200, "alice");
    Sent::by_alice(answer.challenges()[0], line).nth(2).ask(&loose, line).await.assert_is(200, "alice");
    let nameless = md5(&challenge(&loose).await);
    nameless.without("algorithm").ask(&loose, line).await.assert_is(200, "alice");
}

/// An asynchronous user store that can be unavailable.
struct Elsewhere;

impl DigestUsers<Caller> for Elsewhere {
    async fn find(&self, sought: Sought<'_>) -> Found<Caller> {
        tokio::task::yield_now().await;
        match sought.user {
            UserName::Plain("alice") => {
                Found::Known(Ha1::sha256("alice", sought.realm, "secret"), Caller::new("alice"))
            }
            UserName::Plain("old") => {
                Found::Known(Ha1::md5("old", sought.realm, "secret"), Caller::new("old"))
            }
            UserName::Plain("moved") => {
                Found::Known(Ha1::sha256("moved", "other", "secret"), Caller::new("moved"))
            }
            UserName::Plain("down") => Found::Unavailable,
            UserName::Hashed(_) => panic!("it said that it cannot"),
            _ => Found::Unknown,
        }
    }

    fn finds_hashed_names(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn async_user_store_determines_the_response() {
    let (app, line) = (app_of(Digest::new(Elsewhere).realm(REALM)), "GET /me");
    let line_of = challenge(&app).await;
    assert_eq!(written(&line_of, "userhash"), None);
    let by = |user| Sent::by(user, "secret", &line_of, line);
    by("alice").ask(&app, line).await.assert_is(200, "alice");
    assert_config_error(&by("alice").hashed().ask(&app, line).await, "credentials_malformed", false);
    assert_config_error(&by("bob").ask(&app, line).await, "credentials_rejected", false);
    assert_config_error(&by("old").ask(&app, line).await, "credentials_rejected", false);
    let moved = by("moved").with("realm", "\"other\"").ask(&app, line).await;
    assert_config_error(&moved, "credentials_rejected", false);
    by("down").ask(&app, line).await.assert_denied(503, "undecided", &[]);
}

/// A cross-site page must not make a browser use the password that it remembers.
#[tokio::test]
async fn cross_site_request_is_403() {
    let app = app();
    let credential = Sent::by_alice(&challenge(&app).await, "POST /post").credential();
    let fields = [("authorization", credential.as_str()), ("sec-fetch-site", "cross-site")];
    ask(&app, "POST /post", &fields).await.assert_denied(403, "cross_site", &[]);
}

#[test]
fn invalid_configuration_is_a_config_error() {
    let error = |digest: Digest<InMemoryDigestUsers<Caller>>| {
        Gate::<Caller>::builder().scheme(digest).build().map(drop).map_err(|error| error.to_string())
    };
    let digest = || Digest::new(users()).realm(REALM);
    assert_eq!(error(digest()), Ok(()));
    let table = |name: &str| InMemoryDigestUsers::new(REALM).user(name, "x", Caller::new("x"));
    for (digest, told) in [
        (Digest::new(users()).realm(""), "has no realm"),
        (Digest::new(users()).realm("a\"b"), "cannot send the realm"),
        (Digest::new(users()).realm("other"), "use the same realm for both"),
        (digest().nonce_key([7; 31]), "shorter than 32 bytes"),
        (digest().replay(InMemoryOnce::new()), "set their common key with `.nonce_key(..)`"),
        (digest().nonce_lifetime(Duration::ZERO), "from a second to a day"),
        (digest().nonce_lifetime(Duration::MAX), "from a second to a day"),
        (digest().dangerous(" ").with_md5(), "the reason of `with_md5` is blank"),
        (Digest::new(table("")).realm(REALM), "is not valid in Digest"),
        (Digest::new(table("a:b")).realm(REALM), "is not valid in Digest"),
        (Digest::new(table("a").user("a", "y", Caller::new("y"))).realm(REALM), "is a duplicate"),
        (
            Digest::new(InMemoryDigestUsers::new(REALM).stored(
                "a",
                [(); 2].map(|()| Ha1::md5("a", "b", "c")),
                Caller::new("a"),
            ))
            .realm(REALM),
            "has two H(A1)",
        ),
    ] {
        let error = error(digest).unwrap_err();
        assert!(error.contains(told), "{told}: {error}");
    }
}

#[tokio::test]
async fn htdigest_text_is_parsed_and_malformed_lines_are_rejected() {
    let of = |user: &str, realm: &str, ha1: Ha1| format!("{user}:{realm}:{}\n", ha1.to_stored());
    let alice = of("alice", REALM, Ha1::sha256("alice", REALM, "secret"));
    let old = of("alice", REALM, Ha1::md5("alice", REALM, "secret"));
    let other = of("bob", "a: b", Ha1::sha256("bob", "a: b", "secret"));
    let read = |text: String| InMemoryDigestUsers::from_htdigest(REALM, &text, Caller::new);

    let table = read(format!("# users\n\n{other}{old}{alice}")).unwrap();
    let app = app_of(Digest::new(table).realm(REALM).dangerous("the test").with_md5());
    for (position, line) in ask(&app, "GET /me", &[]).await.challenges().into_iter().enumerate() {
        let sent = Sent::by_alice(line, "GET /me").nth(u32::try_from(position).unwrap() + 1);
        sent.ask(&app, "GET /me").await.assert_is(200, "alice");
    }
    let error = |text: String| read(text).map(drop).map_err(|error: ConfigError| error.to_string());
    for (text, told) in [
        ("alice".to_owned(), "line 1 of the htdigest text is not of the form"),
        ("# a\nalice:api".to_owned(), "line 2 of the htdigest text is not of the form"),
        ("alice:api:0123".to_owned(), "has an invalid H(A1)"),
        (format!("{alice}{alice}"), "line 2 of the htdigest text repeats a user"),
        (format!(":{}", alice.split_once(':').unwrap().1), "is not valid in Digest"),
    ] {
        let error = error(text).unwrap_err();
        assert!(error.contains(told) && !error.contains("0123"), "{told}: {error}");
    }
}

#[test]
fn debug_output_contains_no_secret() {
    let ha1 = Ha1::sha256("alice", REALM, "secret");
    let printed =
        format!("{ha1:?} {:?} {:?}", users(), Digest::new(users()).realm(REALM).nonce_key(b"key".repeat(11)));
    assert!(!printed.contains(&ha1.to_stored()) && !printed.contains("alice"), "{printed}");
    assert_eq!(
        printed,
        "Ha1(SHA-256, ..) InMemoryDigestUsers { realm: \"api\", users: 2, .. } Digest { realm: \"api\", algorithms: [Sha256], .. }"
    );
    let text = "not an H(A1), but a secret";
    assert!(!text.parse::<Ha1>().unwrap_err().to_string().contains("secret"));
}
