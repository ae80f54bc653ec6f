#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::right::{All, Any, Fresh, Not};
use authgate::{Authorized, Gate, Router};
use prelude::{User, role, scope};

async fn one(_: Authorized<All<(role::Viewer, Not<role::Admin>)>>) {}
async fn other(_: Authorized<Any<(role::Admin, All<(role::Editor, scope::WriteReports, Not<Fresh<60>>)>)>>) {}
async fn whose(_: Authorized<Not<Fresh<60>>, User>) {}

fn main() {
    let routes: Router<Gate<User>> =
        Router::new().route("/one", get(one)).route("/other", get(other)).route("/whose", get(whose));
    let table = routes.access().to_string();
    assert!(table.contains("role:admin | (role:editor & scope:reports:write & !fresh:60s)"), "{table}");
}
