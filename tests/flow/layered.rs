//! Every form of declaration under `handler.layer(..)`, where axum extracts the parameters. The
//! responses are the same as without a layer.

use authgate::resource::{Concealed, ConcealedUnless, With};
use authgate::right::{In, Tenant, TenantFrom, TenantRoles};
use authgate::routing::get;
use authgate::visible::{Column, Filter, ListPolicy, Listable, VisibleList};
use authgate::{
    Authenticated, Authorized, Decision, Gate, Granted, Policy, Resource, Router, public, requires,
};
use authgate_tests::app::bearer;
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::token::token;
use axum::extract::{FromRef, Path};
use axum::handler::Handler as _;
use serde_json::json;
use tower::layer::layer_fn;

#[derive(authgate::Role)]
pub(crate) enum Role {
    Member,
}

#[derive(authgate::Principal, serde::Deserialize)]
#[principal(role = Role)]
pub(crate) struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    #[serde(default)]
    roles: authgate::Roles<Role>,
    #[principal(tenant_roles)]
    #[serde(default)]
    orgs: TenantRoles<Role>,
}

#[derive(Clone, FromRef)]
struct App {
    gate: Gate<User>,
}

struct Org;

impl Tenant for Org {
    const FROM: TenantFrom = TenantFrom::PathParameter("org");
}

/// Reports 1 and 2. Vera owns the first.
struct Report {
    owner: &'static str,
}

impl Resource<App> for Report {
    type Key = u64;
    type Error = std::convert::Infallible;
    const PARAMETERS: &'static [&'static str] = &["id"];

    async fn load(id: u64, _: &App) -> Result<Option<Self>, Self::Error> {
        Ok(match id {
            1 => Some(Self { owner: "vera" }),
            2 => Some(Self { owner: "ada" }),
            _ => None,
        })
    }
}

struct CanEdit;

impl Policy<Report> for CanEdit {
    type Principal = User;

    fn decide(user: &User, report: &Report) -> Decision {
        Decision::allow_if(user.sub == report.owner)
    }
}

struct CanSee;

impl ListPolicy<Report> for CanSee {
    type Principal = User;

    fn filter(user: &User) -> Filter<Report> {
        const OWNER: Column<Report> = Column::new("owner", |report| report.owner.into());
        OWNER.is(&user.sub)
    }
}

impl Listable for Report {
    type By = CanSee;
}

async fn authenticated(_: Authenticated<User>) {}
async fn authorized(_: Authorized<role::Member>) {}
async fn in_tenant(_: Authorized<In<Org, role::Member>>) {}
async fn granted(_: Granted<CanEdit, Report>) {}
async fn concealed(_: Concealed<Granted<CanEdit, Report>>) {}
async fn concealed_unless(_: ConcealedUnless<CanEdit, Granted<CanEdit, Report>>) {}
async fn with_role(_: With<role::Member, Granted<CanEdit, Report>>) {}
async fn visible(_: VisibleList<Report>) {}
async fn body(_: Authenticated<User>, _: Path<u64>, _: String) {}

#[requires(role = "member", in = Org, policy = CanEdit, on = Report, conceal)]
async fn attribute(_: Granted<_, _>) {}

#[public(reason = "a test")]
async fn open(user: Option<Authenticated<User>>) -> String {
    user.map_or_else(String::new, |user| user.sub.clone())
}

macro_rules! routes {
    ($($path:literal $handler:ident;)*) => {
        Router::new()
            $(
                .route(concat!("/plain/", $path), get($handler))
                .route(concat!("/layered/", $path), get($handler.layer(layer_fn(|inner| inner))))
            )*
    };
}

#[tokio::test]
async fn layered_handler_decides_like_a_plain_handler() {
    let gate = Gate::<User>::builder().scheme(bearer()).build().unwrap();
    let app: axum::Router = routes! {
        "authenticated" authenticated;
        "authorized" authorized;
        "in_tenant/{org}" in_tenant;
        "granted/{id}" granted;
        "concealed/{id}" concealed;
        "concealed_unless/{id}" concealed_unless;
        "given/{id}" with_role;
        "visible" visible;
        "body/{id}" body;
        "attribute/{org}/{id}" attribute;
        "open" open;
    }
    .with_state(App { gate });
    let vera = token(&json!({ "sub": "vera", "roles": ["member"], "orgs": { "acme": ["member"] } }));
    let eve = token(&json!({ "sub": "eve" }));
    for (path, [nobody, with_nothing, allowed]) in [
        ("authenticated", [401, 200, 200]),
        ("authorized", [401, 403, 200]),
        ("in_tenant/acme", [401, 403, 200]),
        ("in_tenant/globex", [401, 403, 403]),
        ("granted/1", [401, 403, 200]),
        ("granted/2", [401, 403, 403]),
        ("granted/9", [401, 404, 404]),
        ("concealed/1", [401, 404, 200]),
        ("concealed_unless/1", [401, 404, 200]),
        ("given/1", [401, 403, 200]),
        ("visible", [401, 200, 200]),
        ("body/1", [401, 200, 200]),
        ("attribute/acme/1", [401, 404, 200]),
        ("open", [200, 200, 200]),
    ] {
        let [plain, layered] = ["plain", "layered"].map(|prefix| format!("GET /{prefix}/{path}"));
        for (token, status) in [(None, nobody), (Some(&eve), with_nothing), (Some(&vera), allowed)] {
            let answers = match token {
                None => [ask(&app, &plain, &[]).await, ask(&app, &layered, &[]).await],
                Some(token) => [ask_with(&app, &plain, token).await, ask_with(&app, &layered, token).await],
            };
            for (line, answer) in [&plain, &layered].into_iter().zip(&answers) {
                assert_eq!(answer.status, status, "{line} {token:?}");
            }
            let [plain, layered] = answers;
            let challenge = |headers: &http::HeaderMap| headers.get("www-authenticate").cloned();
            assert_eq!(challenge(&plain.headers), challenge(&layered.headers), "{path}");
        }
    }
}

/// Under a layer, axum extracts a tuple of proofs as one wrapped extractor.
#[tokio::test]
async fn concealed_tuple_under_a_layer_finds_both_resources() {
    struct Second;
    impl Resource<App> for Second {
        type Key = u64;
        type Error = std::convert::Infallible;
        const PARAMETERS: &'static [&'static str] = &["second"];

        async fn load(_: u64, _: &App) -> Result<Option<Self>, Self::Error> {
            Ok(Some(Self))
        }
    }
    struct Everyone;
    impl Policy<Second> for Everyone {
        type Principal = User;

        fn decide(_: &User, _: &Second) -> Decision {
            Decision::Allow
        }
    }
    async fn both(_: Concealed<(Granted<CanEdit, Report>, Granted<Everyone, Second>)>) {}
    let gate = Gate::<User>::builder().scheme(bearer()).build().unwrap();
    let handler = both.layer(layer_fn(|inner| inner));
    let app = Router::new().route("/{id}/{second}", get(handler)).with_state(App { gate });
    let vera = token(&json!({ "sub": "vera" }));
    assert_eq!(ask_with(&app, "GET /1/1", &vera).await.status, 200);
    assert_eq!(ask_with(&app, "GET /2/1", &vera).await.status, 404);
}
