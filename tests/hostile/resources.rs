//! Paths crafted to name another resource. The response is 404 or the resource, never 5xx, and the
//! store receives only valid keys.

use std::sync::{Arc, Mutex};

use authgate::routing::get;
use authgate::{Decision, Gate, Granted, Policy, Resource, Router};
use authgate_tests::app::{User, gate};
use authgate_tests::ask::{ask, ask_with, request, send};
use authgate_tests::token::token_of;
use axum::extract::FromRef;

#[derive(Clone, FromRef)]
struct App {
    gate: Gate<User>,
    asked: Asked,
}

#[derive(Clone, Default)]
struct Asked(Arc<Mutex<Vec<String>>>);

/// A resource that exists for every key.
struct Thing<K>(K);

macro_rules! thing {
    ($($key:ty)*) => {
        $(
            impl Resource<App> for Thing<$key> {
                type Key = $key;
                type Error = std::convert::Infallible;

                async fn load(key: $key, app: &App) -> Result<Option<Self>, Self::Error> {
                    app.asked.0.lock().expect("no panics").push(format!("{key:?}"));
                    Ok(Some(Self(key)))
                }
            }
        )*
    };
}

thing! { u64 i32 String char bool }

struct Anybody;

impl<K: 'static> Policy<Thing<K>> for Anybody {
    type Principal = User;

    fn decide(_: &User, _: &Thing<K>) -> Decision {
        Decision::Allow
    }
}

async fn show<K: std::fmt::Debug + Send + Sync + 'static>(thing: Granted<Anybody, Thing<K>, User>) -> String {
    format!("{:?}", thing.0)
}

fn app() -> (axum::Router, Asked) {
    let asked = Asked::default();
    let app = Router::new()
        .route("/number/{id}", get(show::<u64>))
        .route("/signed/{id}", get(show::<i32>))
        .route("/text/{name}", get(show::<String>))
        .route("/char/{c}", get(show::<char>))
        .route("/bool/{so}", get(show::<bool>))
        .route("/rest/{*rest}", get(show::<String>))
        .with_state(App { gate: gate(), asked: asked.clone() });
    (app, asked)
}

/// Asserts that each path returns the resource or 404, and that the store receives the expected
/// key.
async fn assert_all(cases: &[(&str, Option<&str>)]) {
    let (app, asked) = app();
    let token = token_of(&[]);
    for (path, expected) in cases {
        let line = format!("GET {path}");
        assert!([401, 404].contains(&ask(&app, &line, &[]).await.status.as_u16()), "{path}");
        assert!(asked.0.lock().expect("no panics").is_empty(), "{path}: of nobody in particular");
        let answer = ask_with(&app, &line, &token).await;
        let asked = std::mem::take(&mut *asked.0.lock().expect("no panics"));
        match expected {
            Some(thing) => {
                assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, *thing), "{path}");
                assert_eq!(asked, [*thing], "{path}");
            }
            None => {
                assert_eq!(answer.status, 404, "{path}");
                assert_eq!(asked, [""; 0], "{path}");
            }
        }
    }
}

#[tokio::test]
async fn numeric_key_has_one_canonical_spelling() {
    let many = format!("/number/{}", "9".repeat(300));
    assert_all(&[
        ("/number/0", Some("0")),
        ("/number/7", Some("7")),
        ("/number/18446744073709551615", Some("18446744073709551615")),
        ("/number/%37", Some("7")),
        ("/number/18446744073709551616", None),
        ("/number/340282366920938463463374607431768211456", None),
        ("/number/-1", None),
        ("/number/-0", None),
        ("/number/+7", None),
        ("/number/%2B7", None),
        ("/number/007", None),
        ("/number/00", None),
        ("/number/7.0", None),
        ("/number/1e3", None),
        ("/number/0x10", None),
        ("/number/1_000", None),
        ("/number/7%20", None),
        ("/number/%207", None),
        ("/number/7%09", None),
        ("/number/7%0A", None),
        ("/number/7%0D%0A", None),
        ("/number/7%00", None),
        ("/number/%007", None),
        ("/number/%00", None),
        ("/number/%D9%A7", None),
        ("/number/%EF%BC%97", None),
        ("/number/%C2%B2", None),
        ("/number/%E2%88%927", None),
        ("/number/7;v=1", None),
        ("/number/7%3B", None),
        ("/number/7%2F8", None),
        ("/number/7/", None),
        ("/number/7/8", None),
        ("/number/", None),
        ("/number//7", None),
        ("/number/..", None),
        ("/number/%2E%2E", None),
        ("/number/7/..", None),
        ("/number/../number/7", None),
        ("/number/%2537", None),
        ("/number/%FF", None),
        ("/number/7%FF", None),
        ("/number/%C0%B7", None),
        ("/number/%", None),
        ("/number/%3", None),
        ("/number/%zz", None),
        ("/number/NaN", None),
        ("/number/null", None),
        ("/number/true", None),
        ("/number/7'--", None),
        ("/number/7%27%20OR%201=1", None),
        ("/number/%E2%80%AE7", None),
        ("/NUMBER/7", None),
        ("//number/7", None),
        (&many, None),
        ("/signed/-1", Some("-1")),
        ("/signed/-2147483648", Some("-2147483648")),
        ("/signed/-2147483649", None),
        ("/signed/2147483648", None),
        ("/signed/-0", None),
        ("/signed/-", None),
        ("/signed/--1", None),
        ("/signed/-01", None),
    ])
    .await;
}

#[tokio::test]
async fn text_key_is_percent_decoded_once() {
    let (longest, too_long) = ("a".repeat(256), "a".repeat(257));
    let quoted = format!("{longest:?}");
    assert_all(&[
        ("/text/a", Some(r#""a""#)),
        ("/text/%61", Some(r#""a""#)),
        ("/text/a%2Fb", Some(r#""a/b""#)),
        ("/text/a%252Fb", Some(r#""a%2Fb""#)),
        ("/text/..", Some(r#""..""#)),
        ("/text/%2E%2E", Some(r#""..""#)),
        ("/text/%2e%2e%2fsecret", Some(r#""../secret""#)),
        ("/text/a;b=c", Some(r#""a;b=c""#)),
        ("/text/a%00b", Some(r#""a\0b""#)),
        ("/text/a+b", Some(r#""a+b""#)),
        ("/text/a%20b", Some(r#""a b""#)),
        ("/text/%C3%A9", Some(r#""é""#)),
        ("/text/'%20OR%20''='", Some(r#""' OR ''='""#)),
        ("/text/A", Some(r#""A""#)),
        ("/text/%FF", None),
        ("/text/a%FFb", None),
        ("/text/%C0%AF", None),
        ("/text/%ED%A0%80", None),
        ("/text/", None),
        ("/text//a", None),
        ("/text/a/", None),
        ("/text/a/b", None),
        (&format!("/text/{longest}"), Some(&quoted)),
        (&format!("/text/{too_long}"), None),
        (&format!("/text/{}", "%41".repeat(257)), None),
        (&format!("/text/{}", "a".repeat(60_000)), None),
        ("/char/a", Some("'a'")),
        ("/char/%C3%A9", Some("'é'")),
        ("/char/ab", None),
        ("/bool/true", Some("true")),
        ("/bool/TRUE", None),
        ("/bool/1", None),
        ("/rest/a/b", Some(r#""a/b""#)),
        ("/rest/a//b/", Some(r#""a//b/""#)),
        ("/rest/a/%FF", None),
        ("/rest/", None),
    ])
    .await;
}

#[tokio::test]
async fn query_and_header_fields_do_not_affect_the_key() {
    let (app, asked) = app();
    let bearer = format!("Bearer {}", token_of(&[]));
    let fields = [
        ("authorization", bearer.as_str()),
        ("x-original-url", "/number/9"),
        ("x-rewrite-url", "/number/9"),
        ("x-http-method-override", "DELETE"),
    ];
    let answer = send(&app, request("GET /number/7?id=9&id=8#9", &fields)).await;
    answer.assert_is(200, "7");
    assert_eq!(*asked.0.lock().expect("no panics"), ["7"]);
}
