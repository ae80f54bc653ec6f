//! Keys from path parameters, by position and by name. A path without the parameters is rejected at
//! startup.

use std::panic::{AssertUnwindSafe, catch_unwind};

use authgate::routing::get;
use authgate::{Decision, Granted, Policy, Resource, Router};
use authgate_tests::ask::ask_with;
use serde::Deserialize;

use super::{App, CanRead, Report, User, vera};

struct Anybody;

impl<T: 'static> Policy<Found<T>> for Anybody {
    type Principal = User;

    fn decide(_: &User, _: &Found<T>) -> Decision {
        Decision::Allow
    }
}

/// A resource that contains its key.
struct Found<K>(String, std::marker::PhantomData<fn() -> K>);

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "they are printed")]
struct Named {
    id: u64,
    org: String,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "it is printed")]
struct Id(u64);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Offer,
    Bill,
}

macro_rules! found {
    ($($key:ty $(, $name:literal)*;)*) => {
        $(
            impl Resource<App> for Found<$key> {
                type Key = $key;
                type Error = std::convert::Infallible;
                const PARAMETERS: &'static [&'static str] = &[$($name),*];

                async fn load(key: $key, _: &App) -> Result<Option<Self>, Self::Error> {
                    Ok(Some(Self(format!("{key:?}"), std::marker::PhantomData)))
                }
            }
        )*
    };
}

found! {
    Named;
    Id;
    Kind;
    (String, u8);
    (u8, String), "id", "org";
    i64, "id";
    f64;
    Vec<u8>;
}

async fn show<K: 'static>(found: Granted<Anybody, Found<K>, User>) -> String
where
    Found<K>: Send + Sync,
{
    found.0.clone()
}

async fn read(_: Granted<CanRead, Report>) {}

#[tokio::test]
async fn key_is_parsed_by_name_or_by_position() {
    let app = Router::new()
        .route("/named/{org}/x/{id}/{more}", get(show::<Named>))
        .route("/id/{id}", get(show::<Id>))
        .route("/kind/{kind}", get(show::<Kind>))
        .route("/places/{a}/{b}", get(show::<(String, u8)>))
        .route("/turned/{org}/{id}", get(show::<(u8, String)>))
        .route("/signed/{org}/{id}", get(show::<i64>))
        .with_state(App::new());
    for (path, said) in [
        ("/named/acme/x/7/y", Some(r#"Named { id: 7, org: "acme" }"#)),
        ("/named/7/x/acme/y", None),
        ("/id/7", Some("Id(7)")),
        ("/kind/bill", Some("Bill")),
        ("/kind/offer", Some("Offer")),
        ("/kind/Bill", None),
        ("/places/a/255", Some(r#"("a", 255)"#)),
        ("/places/a/256", None),
        ("/places/a%2Fb/1", Some(r#"("a/b", 1)"#)),
        ("/turned/acme/7", Some(r#"(7, "acme")"#)),
        ("/signed/acme/-7", Some("-7")),
    ] {
        let answer = ask_with(&app, &format!("GET {path}"), &vera()).await;
        match said {
            Some(said) => answer.assert_is(200, said),
            None => answer.assert_denied(404, "not_found", &[]),
        }
    }
}

/// Returns the error for these routes at startup.
#[track_caller]
fn startup_error(routes: Router<App>) -> String {
    let panic = catch_unwind(AssertUnwindSafe(|| routes.with_state(App::new()))).expect_err("a panic");
    panic.downcast_ref::<String>().expect("a text").clone()
}

#[test]
fn path_without_the_key_parameters_is_rejected_at_startup() {
    let new = Router::<App>::new;
    for (routes, line, said) in [
        (new().route("/reports", get(read)), line!(), "has 1 path parameter(s), but the path has 0"),
        (new().route("/{{id}}", get(read)), line!(), "the path has 0"),
        (new().route("/{org}/{id}", get(read)), line!(), "could be the wrong ones"),
        (new().route("/{org}/{idd}/{x}", get(show::<Named>)), line!(), r#"(did you mean "idd"?)"#),
        (new().route("/{org}", get(show::<i64>)), line!(), r#""id", which the path does not have"#),
        (new().route("/{id}", get(show::<f64>)), line!(), "cannot be parsed from path parameters"),
        (new().route("/{id}", get(show::<Vec<u8>>)), line!(), "cannot be parsed from path parameters"),
        (new().route("/{a}", get(show::<(String, u8)>)), line!(), "has 2 path parameter(s)"),
        (new().fallback(read), line!(), "has 1 path parameter(s)"),
        (new().route("/{id}", get(read)).method_not_allowed_fallback(show::<f64>), line!(), "be parsed"),
        (new().nest("/{org}", new().route("/{id}", get(read))), line!(), "could be the wrong ones"),
    ] {
        let text = startup_error(routes);
        assert!(text.contains(said), "{text}");
        let place = format!("resources/keys.rs:{line}:");
        assert!(text.contains(&place), "{text} does not name line {line}");
    }
}

#[tokio::test]
async fn nested_route_finds_the_key_by_name() {
    let inner = Router::<App>::new().route("/{id}", get(show::<i64>));
    let app = Router::new().nest("/{org}", inner).with_state(App::new());
    ask_with(&app, "GET /3/4", &vera()).await.assert_is(200, "4");
}

#[tokio::test]
async fn wildcard_is_a_key_parameter() {
    let app = Router::new()
        .route("/{*rest}", get(read))
        .route("/either/{id}", get(read).delete(read))
        .with_state(App::new());
    assert_eq!(ask_with(&app, "GET /1", &vera()).await.status, 200);
    assert_eq!(ask_with(&app, "GET /1/2", &vera()).await.status, 404);
    assert_eq!(ask_with(&app, "DELETE /either/1", &vera()).await.status, 200);
}
