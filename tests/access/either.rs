//! Routes with callers of two gates, in the lock and in all that is derived from it.

use std::sync::atomic::{AtomicUsize, Ordering};

use authgate::access::caller::{Caller, MayCall};
use authgate::access::document::Document;
use authgate::access::lock::Lock;
use authgate::access::meaning::{Relation, is_possible, newly, relation};
use authgate::routing::{delete, post};
use authgate::scheme::{Bearer, Keys};
use authgate::testing::{Report, probe};
use authgate::{Authenticated, Authorized, Either, Gate, Principal, Roles, Router, requires};
use authgate_tests::app::{Role, User, bearer, role};
use authgate_tests::scheme::ApiKey;
use axum::extract::FromRef;
use serde::Deserialize;
use serde_json::json;

#[derive(Principal, Deserialize)]
#[principal(role = Role, foreign)]
struct Machine {
    #[principal(id)]
    serial: u64,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
}

#[derive(Clone, FromRef)]
struct App {
    users: Gate<User>,
    machines: Gate<Machine>,
}

fn state() -> App {
    let keys = Keys::hs256("another secret of at least 32 bytes, of the machines").unwrap();
    let machines = Bearer::jwt(keys)
        .issuer("https://machines.example")
        .audience("https://api.example")
        .realm("machines");
    App {
        users: Gate::builder().scheme(bearer()).scheme(ApiKey).build().unwrap(),
        machines: Gate::builder().scheme(machines).build().unwrap(),
    }
}

async fn upload(caller: Either<Authenticated<User>, Authenticated<Machine>>) -> String {
    match caller {
        Either::Left(user) => user.sub.clone(),
        Either::Right(machine) => machine.serial.to_string(),
    }
}
async fn purge(_: Either<Authorized<role::Admin>, Authenticated<Machine>>) {}
async fn tune(_: Either<Authenticated<User>, Authorized<role::Editor, Machine>>) {}
#[requires(role = "editor")]
async fn publish(_: Authorized<_>) {}

fn routes() -> Router<App> {
    Router::new()
        .route("/reports", post(publish))
        .route("/tune", post(tune))
        .route("/uploads", post(upload).delete(purge))
}

const ACCESS: &str = "\
POST    /reports                 role:editor as User
POST    /tune                    authenticated User | role:editor as Machine
POST    /uploads                 authenticated User | authenticated Machine
DELETE  /uploads                 role:admin as User | authenticated Machine
";

#[test]
fn lock_names_both_principals_and_round_trips() {
    let lock = routes().access().lock();
    let text = lock.to_string();
    assert!(text.ends_with(ACCESS), "{text}");
    assert_eq!(Lock::parse(&text).unwrap(), lock);
    let document = routes().access().document();
    assert_eq!(Document::parse(&document.to_json()).unwrap(), document);
    let [_, tune, uploads, purge] = &document.routes[..] else { panic!("{text}") };
    assert_eq!((tune.state.as_str(), uploads.state.as_str()), ("authorized", "authenticated"));
    assert_eq!(
        (purge.access.as_str(), &purge.principal),
        ("role:admin as User | authenticated Machine", &None)
    );
    let html = document.to_html();
    assert!(html.contains("<b>or</b>") && html.contains("as <code>Machine</code>"), "{html}");
}

fn lock(access: &str) -> Lock {
    Lock::parse(&format!("access.lock v1\nrole viewer\nrole editor > viewer\nGET /x {access}\n")).unwrap()
}

#[test]
fn reader_keeps_combinations_and_rejects_unclear_sides() {
    for access in [
        "(role:editor | role:viewer) as User | authenticated Machine",
        "role:editor as User conceal | (role:viewer & !role:editor) as Machine",
        "authenticated User | role:viewer as Machine conceal",
    ] {
        assert_eq!(lock(access).routes()[0].access().to_string(), access);
    }
    for (access, expected) in [
        ("role:viewer as User | authenticated User", "have the same principal"),
        ("authenticated User | authenticated Machine | authenticated Third", "at most 2"),
        ("authenticated User | role:viewer", "expected `as`"),
        ("authenticated User |", "expected an access"),
        ("authenticated User | public \"why\"", "expected"),
        ("role:viewer | authenticated User", "expected"),
        ("public \"why\" | authenticated User", "expected the end of the line"),
    ] {
        let text = format!("access.lock v1\nrole viewer\nGET /x {access}\n");
        let error = Lock::parse(&text).unwrap_err().to_string();
        assert!(error.contains(expected), "{access}: {error}");
    }
}

#[test]
fn comparison_counts_the_callers_of_both_sides() {
    let compare = |old: &str, new: &str| {
        let (old, new) = (lock(old), lock(new));
        let (old, new) = ((&old, old.routes()[0].access()), (&new, new.routes()[0].access()));
        (relation(old, new), newly(old, new))
    };
    let both = "authenticated User | authenticated Machine";
    let (relation, newly) = compare("authenticated User", both);
    assert_eq!((relation, newly), (Relation::Wider, vec!["any Machine".to_owned()]));
    assert_eq!(compare(both, "authenticated Machine").0, Relation::Narrower);
    assert_eq!(compare(both, "authenticated Machine | authenticated User").0, Relation::Same);
    assert_eq!(compare(both, "role:editor as User | authenticated Machine").0, Relation::Narrower);
    let (relation, newly) = compare(
        "role:editor as User | role:editor as Machine",
        "role:editor as User | role:viewer as Machine",
    );
    assert_eq!((relation, newly), (Relation::Wider, vec!["viewer as Machine".to_owned()]));
    let swapped = compare(
        "role:editor as User | role:viewer as Machine",
        "role:viewer as User | role:editor as Machine",
    );
    assert_eq!(swapped.0, Relation::Neither);
    let one_side = lock("(role:editor & !role:viewer) as User | authenticated Machine");
    assert_eq!(is_possible(&one_side, one_side.routes()[0].access()), Some(true));
}

#[test]
fn caller_may_call_by_either_side() {
    let lock = routes().access().lock();
    let may = |caller: &Caller<'_>| {
        lock.routes().iter().map(|route| caller.may(route.access())).collect::<Vec<_>>()
    };
    let condition = |text: &str| MayCall::If(text.to_owned());
    let viewer = Caller::of_role(&lock, "viewer").unwrap();
    let either = condition("the caller is a User, or the caller is a Machine");
    assert_eq!(may(&viewer)[2..], [either, condition("the caller is a Machine")]);
}

#[test]
fn openapi_lists_the_schemes_of_both_gates() {
    let state = state();
    let openapi = || routes().access().openapi().gate(&state.users).title("Uploads").version("1");
    let document = openapi().gate(&state.machines).build().unwrap();
    let security = &document["paths"]["/uploads"]["post"]["security"];
    let names: Vec<_> =
        security.as_array().unwrap().iter().flat_map(|one| one.as_object().unwrap().keys()).collect();
    assert_eq!(names.len(), 3, "{security}");
    let schemes = document["components"]["securitySchemes"].as_object().unwrap();
    assert!(names.iter().all(|name| schemes.contains_key(*name)), "{security} {schemes:?}");
    let responses = &document["paths"]["/uploads"]["delete"]["responses"];
    assert!(responses["403"].is_object() && responses["401"].is_object(), "{responses}");
    assert_ne!(document["paths"]["/uploads"]["post"]["responses"]["403"], json!({}));
    let error = openapi().build().unwrap_err().to_string();
    assert!(error.contains("Machine") && error.contains("`.gate(&gate)`"), "{error}");
}

async fn probed(routes: Router<App>, lock: &str) -> Report {
    static WRITTEN: AtomicUsize = AtomicUsize::new(0);
    let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let name = format!("either-{}-{number}.lock", std::process::id());
    let file = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&file, lock).unwrap();
    let report = probe(routes, state(), &file).await;
    std::fs::remove_file(&file).unwrap();
    report
}

#[tokio::test]
async fn probe_sends_the_callers_of_both_gates() {
    let lock = routes().access().lock().to_string();
    let report = probed(routes(), &lock).await;
    report.assert_clean();
    assert!(report.requests() > 60, "{report}");
}

#[tokio::test]
async fn probe_finds_a_side_that_the_lock_does_not_allow() {
    let lock = routes().access().lock().to_string();
    for (committed, line) in [
        ("role:admin as User | authenticated Machine", "role:admin as User | role:admin as Machine"),
        ("role:admin as User | authenticated Machine", "role:admin as User"),
        ("role:editor as Machine", "role:admin as Machine"),
        ("role:editor as User\n", "role:editor as User | authenticated Machine\n"),
    ] {
        let changed = lock.replacen(committed, line, 1);
        assert_ne!(changed, lock);
        let report = probed(routes(), &changed).await;
        assert!(!report.failures().is_empty(), "{committed} -> {line}: {report}");
    }
}

#[tokio::test]
async fn probe_finds_a_route_whose_side_became_wider() {
    async fn wider(_: Either<Authenticated<User>, Authenticated<Machine>>) {}
    let lock = routes().access().lock().to_string();
    let routes = Router::new()
        .route("/reports", post(publish))
        .route("/tune", post(tune))
        .route("/uploads", post(upload))
        .route("/uploads", delete(wider));
    let report = probed(routes, &lock).await;
    let failure = report.failures().first().unwrap();
    assert_eq!((failure.expected(), failure.got()), ("403", "admitted"), "{report}");
}
