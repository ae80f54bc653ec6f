//! Rights within a tenant: where the tenant is read from, and that a right in one tenant is not
//! valid in another.

mod canonical;
mod two_sets;

use authgate::credentials::Credentials;
use authgate::right::{All, Any, HasRightsIn, In, Not, Tenant, TenantFrom, TenantRoles};
use authgate::routing::get;
use authgate::{Authenticated, Authorized, Gate, Roles, Router, public};
use authgate_tests::app::bearer;
use authgate_tests::ask::{Answer, ask, send};
use authgate_tests::token::token;
use axum::body::Body;
use http::Request;
use serde_json::json;

use crate::events::capture::capture;

#[derive(authgate::Permission, Clone, Copy, Debug, PartialEq)]
enum Permission {
    Invite,
}

/// Roles held only in organizations.
#[derive(authgate::Role, Clone, Copy, Debug, PartialEq)]
enum Role {
    Member,
    #[role(implies(Member), grants(Invite))]
    Admin,
}

/// Roles held everywhere, by the operators of the service.
#[derive(authgate::Role, Clone, Copy, Debug, PartialEq)]
enum Operator {
    Support,
}

#[derive(authgate::Principal, serde::Deserialize, Debug)]
#[principal(role = Role, permission = Permission)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(tenant_roles)]
    #[serde(default)]
    orgs: TenantRoles<Role>,
    #[serde(default)]
    operator: Roles<Operator>,
}

impl authgate::right::OwnedBy for Operator {
    type Principal = User;
}

impl authgate::right::HasRights<Operator> for User {
    fn held(&self) -> u128 {
        self.operator.bits()
    }
}

struct Org;
impl Tenant for Org {
    const FROM: TenantFrom = TenantFrom::PathParameter("org");
}

struct Site;
impl Tenant for Site {
    const FROM: TenantFrom = TenantFrom::Subdomain("Example.com");
}

struct Account;
impl Tenant for Account {
    const FROM: TenantFrom = TenantFrom::HeaderField("x-account");
}

struct Mistaken;
impl Tenant for Mistaken {
    const FROM: TenantFrom = TenantFrom::HeaderField("not a name");
}

async fn by_path(by: Authorized<In<Org, role::Admin>>) -> String {
    by.context().tenant::<Org>().unwrap_or_default().to_owned()
}

async fn by_host(by: Authorized<In<Site, role::Admin>>) -> String {
    by.context().tenant::<Site>().unwrap_or_default().to_owned()
}

async fn by_header(by: Authorized<In<Account, role::Member>>) -> String {
    by.context().tenant::<Account>().unwrap_or_default().to_owned()
}

type NoAdmin = Not<In<Account, role::Admin>>;

async fn no_admin(_: Authorized<All<(operator::Support, NoAdmin)>>) {}

async fn double(_: Authorized<All<(operator::Support, Not<NoAdmin>)>>) {}

async fn mistaken(_: Authorized<In<Mistaken, role::Member>>) {}

async fn invite(_: Authorized<In<Org, permission::Invite>>) -> &'static str {
    "invited"
}

async fn assist(_: Authorized<Any<(In<Org, role::Admin>, operator::Support)>>) -> &'static str {
    "assisted"
}

#[public(reason = "a test")]
async fn open() {}

fn routes() -> Router<Gate<User>> {
    Router::new()
        .route("/orgs/{org}", get(by_path).post(invite).put(assist))
        .nest("/of/{org}", Router::new().route("/inner/{id}", get(by_path)))
        .nest("/both/{org}", Router::new().route("/of/{org}", get(by_path)))
        .route("/nowhere", get(by_path))
        .route("/site", get(by_host))
        .nest("/deep", Router::new().route("/site", get(by_host)))
        .route("/account", get(by_header).post(no_admin).put(double))
        .route("/mistaken", get(mistaken))
        .route("/", get(open))
}

fn app() -> axum::Router {
    routes().with_state(Gate::<User>::builder().scheme(bearer()).build().unwrap())
}

fn vera() -> String {
    format!(
        "Bearer {}",
        token(&json!({
            "orgs": { "acme": ["admin"], "globex": "member", "": ["admin"], "x.acme": ["admin"], "münchen": ["admin"], "a/b": ["admin"] },
        }))
    )
}

async fn ask_as_vera(line: &str, fields: &[(&str, &[u8])]) -> Answer {
    let (method, target) = line.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(target).header("authorization", vera());
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    send(&app(), request.body(Body::empty()).unwrap()).await
}

fn assert_lacks_role(answer: &Answer) {
    answer.assert_denied(403, "role_missing", &[]);
}

#[tokio::test]
async fn right_in_one_tenant_is_not_valid_in_another() {
    ask_as_vera("GET /orgs/acme", &[]).await.assert_is(200, "acme");
    for target in ["/orgs/globex", "/orgs/initech", "/of/globex/inner/acme", "/nowhere", "/nowhere?org=acme"]
    {
        assert_lacks_role(&ask_as_vera(&format!("GET {target}"), &[]).await);
    }
    ask_as_vera("GET /of/acme/inner/globex", &[]).await.assert_is(200, "acme");
    // With two parameters of the same name, the one that the handler reads is ambiguous.
    for target in ["/both/acme/of/globex", "/both/globex/of/acme", "/both/acme/of/acme"] {
        assert_lacks_role(&ask_as_vera(&format!("GET {target}"), &[]).await);
    }
    // A header does not affect a right whose tenant is in the path.
    assert_lacks_role(&ask_as_vera("GET /orgs/globex", &[("x-account", b"acme")]).await);
}

#[tokio::test]
async fn tenant_name_in_the_path_is_percent_decoded_once() {
    ask_as_vera("GET /orgs/ac%6De", &[]).await.assert_is(200, "acme");
    ask_as_vera("GET /orgs/m%C3%BCnchen", &[]).await.assert_is(200, "münchen");
    ask_as_vera("GET /orgs/a%2Fb", &[]).await.assert_is(200, "a/b");
    for name in [
        "ACME",
        "acme%00",
        "acme%20",
        "%20acme",
        "ac%256De",
        "%FF",
        "acme%FF",
        "..%2Facme",
        "acme;x",
        "acme,globex",
    ] {
        assert_lacks_role(&ask_as_vera(&format!("GET /orgs/{name}"), &[]).await);
    }
}

#[tokio::test]
async fn permission_is_held_in_the_tenant_of_its_role() {
    ask_as_vera("POST /orgs/acme", &[]).await.assert_is(200, "invited");
    let answer = ask_as_vera("POST /orgs/globex", &[]).await;
    answer.assert_denied(403, "permission_missing", &[]);
}

#[tokio::test]
async fn global_role_is_accepted_only_if_the_rule_names_it() {
    let support = format!("Bearer {}", token(&json!({ "operator": "support" })));
    let fields = [("authorization", support.as_str())];
    ask(&app(), "PUT /orgs/globex", &fields).await.assert_is(200, "assisted");
    assert_lacks_role(&ask(&app(), "GET /orgs/globex", &fields).await);
}

#[tokio::test]
async fn subdomain_tenant_is_the_single_label_before_the_domain() {
    for host in [
        "acme.example.com",
        "ACME.Example.COM",
        "acme.example.com:8443",
        "acme.example.com.",
        "acme.example.com.:1",
    ] {
        for path in ["/site", "/deep/site"] {
            ask_as_vera(&format!("GET {path}"), &[("host", host.as_bytes())]).await.assert_is(200, "acme");
        }
    }
    let hosts: [&[u8]; 22] = [
        b"globex.example.com",
        b"example.com",
        b".example.com",
        b"acme.example.com..",
        b"x.acme.example.com",
        b"acme.x.example.com",
        b"acmeexample.com",
        b"evilexample.com",
        b"acme.evilexample.com",
        b"acme.example.com.evil.org",
        b"acme.example.org",
        b"acme",
        b"[::1]",
        b"[::1]:80",
        b"127.0.0.1",
        b"",
        b" ",
        b"root@acme.example.com",
        b"acme.example.com/",
        b"acme.example.com, acme.example.com",
        "äcme.example.com".as_bytes(),
        b"acme.example.com\xff",
    ];
    for host in hosts {
        assert_lacks_role(&ask_as_vera("GET /site", &[("host", host)]).await);
    }
    assert_lacks_role(&ask_as_vera("GET /site", &[]).await);
    let twice: [(&str, &[u8]); 2] = [("host", b"acme.example.com"), ("host", b"acme.example.com")];
    assert_lacks_role(&ask_as_vera("GET /site", &twice).await);
}

#[tokio::test]
async fn absolute_target_and_host_must_agree() {
    let acme: &[u8] = b"acme.example.com";
    for path in ["/site", "/deep/site"] {
        let line = format!("GET http://acme.example.com{path}");
        ask_as_vera(&line, &[]).await.assert_is(200, "acme");
        ask_as_vera(&line, &[("host", acme)]).await.assert_is(200, "acme");
        ask_as_vera(&line, &[("host", b"ACME.example.com:80")]).await.assert_is(200, "acme");
        assert_lacks_role(&ask_as_vera(&line, &[("host", b"globex.example.com")]).await);
        assert_lacks_role(&ask_as_vera(&line, &[("host", b"")]).await);
        let other = format!("GET http://globex.example.com{path}");
        assert_lacks_role(&ask_as_vera(&other, &[("host", acme)]).await);
        let user = format!("GET http://acme@acme.example.com{path}");
        assert_lacks_role(&ask_as_vera(&user, &[("host", acme)]).await);
    }
}

#[tokio::test]
async fn header_tenant_is_a_single_line_compared_exactly() {
    ask_as_vera("GET /account", &[("x-account", b"acme")]).await.assert_is(200, "acme");
    ask_as_vera("GET /account", &[("X-Account", b"globex")]).await.assert_is(200, "globex");
    let values: [&[u8]; 8] =
        [b"", b"initech", b"ACME", b" acme", b"acme,globex", b"acme, acme", "münchen".as_bytes(), b"\xff"];
    for value in values {
        assert_lacks_role(&ask_as_vera("GET /account", &[("x-account", value)]).await);
    }
    assert_lacks_role(&ask_as_vera("GET /account", &[]).await);
    for (one, other) in [("acme", "acme"), ("acme", "globex"), ("acme", ""), ("", "acme")] {
        let twice = [("x-account", one.as_bytes()), ("x-account", other.as_bytes())];
        assert_lacks_role(&ask_as_vera("GET /account", &twice).await);
    }
    assert_lacks_role(&ask_as_vera("GET /mistaken", &[]).await);
}

#[tokio::test]
async fn missing_or_ambiguous_tenant_is_403_excluded() {
    let claims = json!({ "operator": "support", "orgs": { "acme": "admin", "globex": "member" } });
    let support = format!("Bearer {}", token(&claims));
    let ask = async |method: &str, accounts: &[&str]| {
        let mut request = Request::builder().method(method).uri("/account").header("authorization", &support);
        for account in accounts {
            request = request.header("x-account", *account);
        }
        send(&app(), request.body(Body::empty()).unwrap()).await
    };
    ask("POST", &["globex"]).await.assert_is(200, "");
    ask("PUT", &["acme"]).await.assert_is(200, "");
    ask("PUT", &["globex"]).await.assert_denied(403, "excluded", &[]);
    for accounts in [&["acme"][..], &[], &[""], &["acme", "globex"], &["globex", "globex"]] {
        ask("POST", accounts).await.assert_denied(403, "excluded", &[]);
    }
    for accounts in [&[][..], &[""], &["acme", "acme"]] {
        ask("PUT", accounts).await.assert_denied(403, "excluded", &[]);
    }
}

#[tokio::test]
async fn in_tenant_sets_the_tenant_outside_of_requests() {
    let gate = Gate::<User>::builder().scheme(bearer()).build().unwrap();
    let known = async || -> Authenticated<User> {
        let credentials = Credentials::bearer(vera().strip_prefix("Bearer ").unwrap()).unwrap();
        gate.unauthenticated(credentials).authenticate().await.unwrap()
    };
    let denial = known().await.authorize_ref::<In<Org, role::Admin>>().unwrap_err();
    assert_eq!((denial.status().as_u16(), denial.reason().code()), (403, "role_missing"));
    assert!(known().await.in_tenant::<Org>("acme").authorize::<In<Org, role::Admin>>().is_ok());
    assert!(known().await.in_tenant::<Org>("globex").authorize::<In<Org, role::Admin>>().is_err());
    // The tenant does not apply to another tenant type.
    assert!(known().await.in_tenant::<Site>("acme").authorize::<In<Org, role::Admin>>().is_err());
    assert!(known().await.in_tenant::<Org>("").authorize::<In<Account, role::Member>>().is_err());
}

#[test]
fn access_table_shows_the_tenant() {
    let table = routes().access().to_string();
    assert!(table.contains("role:admin in Org") && table.contains("permission:invite in Org"), "{table}");
    assert!(table.contains("role:admin in Org | role:support"), "{table}");
}

#[test]
fn tenant_roles_deserialize_and_serialize_as_an_object() {
    let read = |text| serde_json::from_str::<TenantRoles<Role>>(text);
    let roles = read(
        r#"{"globex": ["admin", "member"], "acme": ["member", "nobody"], "x": null, "y": "admin member"}"#,
    )
    .unwrap();
    let written = r#"{"acme":["member"],"globex":["member","admin"],"x":[],"y":[]}"#;
    assert_eq!(serde_json::to_string(&roles).unwrap(), written);
    assert_eq!(read(written).unwrap(), roles);
    assert_eq!(
        format!("{roles:?}"),
        r#"{"acme": {"member"}, "globex": {"member", "admin"}, "x": {}, "y": {}}"#
    );
    assert_eq!(roles.tenants().map(|(tenant, _)| tenant).collect::<Vec<_>>(), ["acme", "globex", "x", "y"]);
    assert_eq!(read("null").unwrap(), TenantRoles::none());
    let twice = read(r#"{"acme": ["member"], "acme": ["admin"]}"#).unwrap_err().to_string();
    assert!(twice.starts_with("duplicate tenant"), "{twice}");
    for mistaken in [
        r#"["acme"]"#,
        r#""acme""#,
        "1",
        "true",
        r#"{"acme": 1}"#,
        r#"{"acme": {"role": "admin"}}"#,
        r#"{"acme": [1]}"#,
    ] {
        assert!(read(mistaken).is_err(), "{mistaken}");
    }
}

#[test]
fn tenant_roles_are_built_with_insert_and_collect() {
    let mut roles = TenantRoles::default();
    roles.insert("acme", Role::Admin);
    assert!(roles.grants_in("acme", Role::Member) && !roles.grants_in("globex", Role::Member));
    assert!(!roles.in_tenant("acme").contains(Role::Member) && roles.in_tenant("globex").is_empty());
    let one = |role| ("acme".to_owned(), [role].into_iter().collect::<Roles<Role>>());
    let both: TenantRoles<Role> = [one(Role::Member), one(Role::Admin)].into_iter().collect();
    assert_eq!(both.in_tenant("acme").len(), 2);
    let user = User { sub: "vera".to_owned(), orgs: roles, operator: Roles::none() };
    assert_eq!(HasRightsIn::<Role>::held_in(&user, "acme"), 0b10);
    assert_eq!(HasRightsIn::<Permission>::held_in(&user, "acme"), 0b1);
    assert_eq!(HasRightsIn::<Permission>::held_in(&user, "globex"), 0);
}

/// The log names the mistake at the start. Otherwise, every caller is denied for a role that it
/// has.
#[tokio::test]
async fn path_without_the_parameter_of_a_tenant_is_a_warning() {
    async fn members(_: Authorized<In<Org, role::Member>>) {}
    type InEither = Any<(In<Org, role::Member>, In<Site, role::Member>)>;
    async fn either(_: Authorized<InEither>) {}
    let routes = || {
        Router::new()
            .route("/orgs/{org}", get(members))
            .route("/orgs/{organisation}/members", get(members))
            .nest("/all", Router::new().route("/either", get(either)))
    };
    let gate = Gate::<User>::builder().scheme(bearer()).build().unwrap();
    let (_, events) = capture(async { drop(routes().with_state(gate.clone())) }).await;
    let warned: Vec<_> = events.iter().map(|event| (event.field("path"), event.field("parameter"))).collect();
    let expected = ["/orgs/{organisation}/members", "/all/either"].map(|path| (Some(path), Some("org")));
    assert_eq!(warned, expected);
    assert!(events.iter().all(|event| event.field("tenant") == Some("Org")));
    assert!(events.iter().all(|event| event.field("at").unwrap().contains("tenants.rs")));
    // A router around it may have the parameter.
    let (_, events) = capture(async { drop(routes().with_state_nested::<()>(gate)) }).await;
    assert!(events.is_empty(), "{events:?}");
}
