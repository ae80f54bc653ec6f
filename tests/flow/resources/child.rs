//! Resources that are found through their parent.

use authgate::resource::{Child, Nested};
use authgate::routing::get;
use authgate::{Decision, Granted, Policy, Resource, Router};
use authgate_tests::ask::ask_with;

use super::{App, CanEdit, Report, User, vera};

/// An organization. `acme` has reports 1 and 2, and `other` has report 3. Loading fails for `down`.
struct Org {
    name: String,
    closed: bool,
}

impl Resource<App> for Org {
    type Key = String;
    type Error = std::io::Error;

    async fn load(name: String, app: &App) -> Result<Option<Self>, std::io::Error> {
        app.asked.note(format!("org {name}"));
        match name.as_str() {
            "acme" | "other" | "closed" => Ok(Some(Self { closed: name == "closed", name })),
            "down" => Err(std::io::Error::other("no connection")),
            _ => Ok(None),
        }
    }
}

impl Nested<Org, App> for Report {
    type Key = u64;
    type Error = std::io::Error;

    async fn load(org: &Org, id: u64, app: &App) -> Result<Option<Self>, std::io::Error> {
        app.asked.note(format!("report {id} of {}", org.name));
        match (org.name.as_str(), id) {
            ("acme" | "closed", 1) => Ok(Some(Self::new(1, "vera"))),
            ("acme", 2) => Ok(Some(Self::new(2, "ada"))),
            ("other", 3) => Ok(Some(Self::new(3, "vera"))),
            ("acme", 4) => Err(std::io::Error::other("no connection")),
            _ => Ok(None),
        }
    }
}

/// Decides by the organization and the report.
struct CanMove;

impl Policy<Child<Org, Report>> for CanMove {
    type Principal = User;

    fn decide(user: &User, report: &Child<Org, Report>) -> Decision {
        Decision::allow_if(!report.parent().closed && report.owner == user.sub)
    }
}

async fn edit(report: Granted<CanEdit, Child<Org, Report>>) -> String {
    format!("{} of {}", report.id, report.parent().name)
}

async fn relocate(report: Granted<CanMove, Child<Org, Report>>) -> String {
    let (org, report) = report.into_resource().into_parts();
    format!("{} from {}", report.id, org.name)
}

fn routes() -> Router<App> {
    Router::new().route("/orgs/{org}/reports/{id}", get(edit).put(relocate))
}

#[tokio::test]
async fn child_of_another_parent_is_404() {
    let state = App::new();
    let app = routes().with_state(state.clone());
    for (line, status, said, asked) in [
        ("GET /orgs/acme/reports/1", 200, "1 of acme", &["org acme", "report 1 of acme"][..]),
        ("GET /orgs/acme/reports/2", 403, "policy_denied", &["org acme", "report 2 of acme"]),
        ("GET /orgs/acme/reports/3", 404, "not_found", &["org acme", "report 3 of acme"]),
        ("GET /orgs/other/reports/1", 404, "not_found", &["org other", "report 1 of other"]),
        ("GET /orgs/none/reports/1", 404, "not_found", &["org none"]),
        ("GET /orgs/down/reports/1", 503, "undecided", &["org down"]),
        ("GET /orgs/acme/reports/4", 503, "undecided", &["org acme", "report 4 of acme"]),
        ("GET /orgs/acme/reports/x", 404, "not_found", &[]),
        ("PUT /orgs/acme/reports/1", 200, "1 from acme", &["org acme", "report 1 of acme"]),
        ("PUT /orgs/closed/reports/1", 403, "policy_denied", &["org closed", "report 1 of closed"]),
    ] {
        let answer = ask_with(&app, line, &vera()).await;
        match status {
            200 => answer.assert_is(200, said),
            _ => answer.assert_denied(status, said, &[]),
        }
        assert_eq!(state.asked.take(), asked, "{line}");
    }
}

#[test]
fn access_table_names_parent_and_child() {
    let expected = "\
GET     /orgs/{org}/reports/{id} policy:CanEdit on Child<Org, Report>
PUT     /orgs/{org}/reports/{id} policy:CanMove on Child<Org, Report>
";
    assert_eq!(routes().access().to_string(), expected);
}
