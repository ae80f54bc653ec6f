//! Two resources in one request.

use authgate::resource::Async;
use authgate::routing::get;
use authgate::{Granted, Resource, Router};
use authgate_tests::ask::ask_with;

use super::{App, CanAsk, CanEdit, CanRead, Report, User, token_for, vera};

async fn copy((from, to): (Granted<CanRead, Report>, Granted<CanEdit, Report>)) -> String {
    format!("{} to {}", from.id, to.id)
}

type Three = (Granted<CanRead, Report>, Granted<CanEdit, Report>, Granted<Async<CanAsk>, Report, User>);

async fn three((one, two, three): Three) -> String {
    format!("{} {} {}", one.id, two.id, three.id)
}

fn routes() -> Router<App> {
    Router::new().route("/copy/{from}/{to}", get(copy)).route("/three/{one}/{two}/{three}", get(three))
}

#[tokio::test]
async fn resources_load_in_path_order_and_the_first_denial_decides() {
    let state = App::new();
    let app = routes().with_state(state.clone());
    for (path, status, reason, asked) in [
        ("/copy/3/1", 200, "3 to 1", &["report 3", "report 1"][..]),
        ("/copy/1/3", 403, "policy_denied", &["report 1", "report 3"]),
        ("/copy/2/9", 403, "policy_denied", &["report 2"]),
        ("/copy/9/4", 404, "not_found", &["report 9"]),
        ("/copy/1/9", 404, "not_found", &["report 1", "report 9"]),
        ("/copy/1/4", 503, "undecided", &["report 1", "report 4"]),
        ("/copy/x/1", 404, "not_found", &[]),
        ("/three/3/1/1", 403, "policy_denied", &["report 3", "report 1", "report 1", "policy"]),
    ] {
        let answer = ask_with(&app, &format!("GET {path}"), &vera()).await;
        match status {
            200 => answer.assert_is(200, reason),
            _ => answer.assert_denied(status, reason, &[]),
        }
        assert_eq!(state.asked.take(), asked, "{path}");
    }
    assert_eq!(ask_with(&app, "GET /three/3/3/1", &token_for("allowed", &[])).await.status, 403);
}

/// Uses the path parameter `id`, wherever it is in the path.
struct ById(u64);

impl Resource<App> for ById {
    type Key = u64;
    type Error = std::convert::Infallible;
    const PARAMETERS: &'static [&'static str] = &["id"];

    async fn load(id: u64, _: &App) -> Result<Option<Self>, Self::Error> {
        Ok(Some(Self(id)))
    }
}

struct Anybody;

impl authgate::Policy<ById> for Anybody {
    type Principal = User;

    fn decide(_: &User, _: &ById) -> authgate::Decision {
        authgate::Decision::Allow
    }
}

async fn same((one, two): (Granted<Anybody, ById>, Granted<Anybody, ById>)) -> String {
    format!("{} {}", one.0, two.0)
}

#[tokio::test]
async fn resources_with_a_named_key_share_the_parameter() {
    let app = Router::new().route("/{other}/{id}/{more}", get(same)).with_state(App::new());
    ask_with(&app, "GET /a/2/b", &vera()).await.assert_is(200, "2 2");
}

#[test]
fn access_table_shows_every_policy() {
    let expected = "\
GET     /copy/{from}/{to}          policy:CanRead on Report & policy:CanEdit on Report
GET     /three/{one}/{two}/{three} policy:CanRead on Report & policy:CanEdit on Report & policy:CanAsk on Report
";
    assert_eq!(routes().access().to_string(), expected);
}
