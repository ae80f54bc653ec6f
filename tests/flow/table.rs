//! The access table: every route with its rule.

use authgate::access::{Declaration, Kind, Route, Rule};
use authgate::right::All;
use authgate::routing::{MethodFilter, any, get, on, post};
use authgate::{Authenticated, Authorized, Router, requires};
use authgate_tests::app::{App, Role, Scope, User, role, routes, scope};
use axum::handler::Handler as _;
use axum::middleware::{Next, from_fn};

use crate::router::{admin, open, viewer};

async fn me(_: Authenticated<User>) {}

#[requires(role = Role::Editor, scope = Scope::WriteReports)]
async fn publish() {}

type Reader = All<(role::Editor, scope::ReadReports)>;

async fn deep(_: Authorized<All<(Reader, scope::WriteReports)>>) {}

async fn pass(request: axum::extract::Request, next: Next) -> axum::response::Response {
    next.run(request).await
}

#[test]
fn access_table_lists_the_routes_of_the_application() {
    let expected = "\
GET     /health        public \"load balancer probe\"
GET     /me            authenticated User
GET     /reports/{id}  role:viewer
PUT     /reports/{id}  role:editor & scope:reports:write
DELETE  /reports/{id}  role:admin
GET     /admin/reports role:admin
";
    assert_eq!(routes().access().to_string(), expected);
}

#[test]
fn access_table_lists_every_kind_of_route() {
    let inner = Router::<App>::new()
        .route("/", get(viewer))
        .route("/{id}", get(publish).fallback(open))
        .nest_service::<role::Admin>("/files", axum::Router::<()>::new())
        .fallback(me);
    let table = Router::new()
        .route("/on", on(MethodFilter::TRACE.or(MethodFilter::CONNECT).or(MethodFilter::HEAD), admin))
        .route("/any", any(me).delete(deep))
        .route_service::<Authenticated<User>>("/service/{*rest}", axum::Router::<()>::new())
        .route_service::<Authorized<role::Viewer, User>>("/named", axum::Router::<()>::new())
        .ungated("/static", "static assets", axum::Router::new())
        .nest("/nested/{a}", inner)
        .merge(Router::new().route("/merged", get(admin.layer(from_fn(pass)))))
        .method_not_allowed_fallback(viewer)
        .fallback(admin)
        .layer(from_fn(pass))
        .route_layer(from_fn(pass))
        .access();
    let expected = "\
CONNECT /on                   role:admin
HEAD    /on                   role:admin
TRACE   /on                   role:admin
*       /any                  authenticated User
DELETE  /any                  (role:editor & scope:reports:read) & scope:reports:write
*       /service/{*rest}      authenticated User
*       /named                role:viewer
*       /static/{*}           ungated \"static assets\"
GET     /nested/{a}           role:viewer
GET     /nested/{a}/{id}      role:editor & scope:reports:write
*       /nested/{a}/{id}      public \"a test\"
*       /nested/{a}/files/{*} role:admin
404     /nested/{a}/{*}       authenticated User
GET     /merged               role:admin
405     /merged               role:viewer
405     /nested/{a}           role:viewer
405     /on                   role:viewer
404     /{*}                  role:admin
";
    assert_eq!(table.to_string(), expected);
    let kinds: Vec<_> = table.iter().map(Route::kind).collect();
    let (route, others, prefix) = (Kind::Route, Kind::OtherMethods, Kind::Prefix);
    assert_eq!(
        kinds,
        [
            route,
            route,
            route,
            others,
            route,
            others,
            others,
            prefix,
            route,
            route,
            others,
            prefix,
            Kind::Fallback,
            route,
            Kind::MethodNotAllowed,
            Kind::MethodNotAllowed,
            Kind::MethodNotAllowed,
            Kind::Fallback,
        ]
    );
}

#[test]
fn nested_paths_are_joined_like_in_axum() {
    let inner = || Router::<App>::new().route("/", get(admin)).route("/a", get(admin));
    let table = Router::new().nest("/x", inner()).nest("/y/", inner()).access();
    let paths: Vec<_> = table.iter().map(Route::path).collect();
    assert_eq!(paths, ["/x", "/x/a", "/y/", "/y/a"]);
}

#[test]
fn declaration_exposes_principal_rights_and_reason() {
    let table = Router::<App>::new().route("/", get(open).put(me).post(publish)).access();
    let declarations: Vec<_> = table.iter().map(Route::declaration).collect();
    assert_eq!(declarations[0], Declaration::Public { reason: "a test" });
    let Declaration::Authenticated { principal } = declarations[1] else { panic!("{:?}", declarations[1]) };
    assert_eq!((principal.name(), principal.to_string()), ("User", "User".to_owned()));
    assert!(principal.full_name().ends_with("::app::User"), "{}", principal.full_name());
    let sets: Vec<_> = principal.sets().iter().map(|set| (set.kind(), set.names())).collect();
    assert_eq!(
        sets,
        [("role", &["viewer", "editor", "admin"][..]), ("scope", &["reports:read", "reports:write"][..])]
    );
    let Declaration::Authorized { right, principal: same, conceal: false } = declarations[2] else {
        panic!("{:?}", declarations[2])
    };
    assert!(matches!(right, Rule::All(_)), "{right:?}");
    let [editor, write] = right.parts() else { panic!("{right:?}") };
    assert_eq!(same, principal);
    let (Rule::Held { right: editor, .. }, Rule::Held { right: write, .. }) = (editor.get(), write.get())
    else {
        panic!("{editor:?}, {write:?}")
    };
    let set = |held: &authgate::access::Held| held.set_type().map(|set| set.to_string());
    assert_eq!((editor.kind(), set(editor), editor.name()), ("role", Some("Role".to_owned()), "editor"));
    assert_eq!(editor.implied().collect::<Vec<_>>(), ["viewer"]);
    assert_eq!(
        (write.kind(), set(write), write.name()),
        ("scope", Some("Scope".to_owned()), "reports:write")
    );
    assert_eq!(write.implied().count(), 0);
}

#[test]
fn right_exposes_its_names_and_implied_names() {
    let Declaration::Authorized { right, .. } = declaration(get(deep)) else { panic!("a right") };
    let names = |kind| right.held(kind).map(authgate::access::Held::name).collect::<Vec<_>>();
    assert_eq!((names("role"), names("scope")), (vec!["editor"], vec!["reports:read", "reports:write"]));
    let Declaration::Authorized { right: Rule::Held { right: held, .. }, .. } = declaration(get(admin))
    else {
        panic!("a role")
    };
    assert_eq!(held.implied().collect::<Vec<_>>(), ["viewer", "editor"]);
}

fn declaration(methods: authgate::MethodRouter<App>) -> Declaration {
    Router::new().route("/", methods).access().routes()[0].declaration()
}

#[test]
fn entry_names_the_handler_under_a_layer() {
    let table = Router::<App>::new()
        .route("/", get(admin))
        .route("/layered", get(admin.layer(from_fn(pass)).layer(from_fn(pass))))
        .route("/closure", get(async |_: Authenticated<User>| ()))
        .route_service::<role::Admin>("/service", axum::Router::<()>::new())
        .access();
    let names: Vec<_> = table.iter().map(Route::handler).collect();
    assert_eq!(names[..2], ["flow::router::admin"; 2]);
    assert!(names[2].starts_with("flow::table::entry_names_the_handler_under_a_layer::"), "{}", names[2]);
    assert!(names[3].starts_with("axum::routing::Router"), "{}", names[3]);
}

#[test]
#[rustfmt::skip]
fn entry_has_the_registration_location() {
    let first = line!() + 1;
    let methods = get(admin)
        .post(viewer)
        .on(MethodFilter::PUT, open)
        .fallback(me);
    let second = line!() + 1;
    let table = Router::<App>::new()
        .route("/", methods)
        .route_service::<role::Admin>("/service", axum::Router::<()>::new())
        .nest_service::<role::Admin>("/nested", axum::Router::<()>::new())
        .ungated("/ungated", "a test", axum::Router::new())
        .fallback(open)
        .route("/405", post(open))
        .method_not_allowed_fallback(open)
        .access();
    let lines: Vec<_> = table.iter().map(|route| route.location().line()).collect();
    let mut expected: Vec<_> = (first..first + 4).collect();
    expected.extend(second + 2..second + 8);
    assert_eq!(lines, expected);
    assert!(table.iter().all(|route| route.location().file() == file!()));
}
