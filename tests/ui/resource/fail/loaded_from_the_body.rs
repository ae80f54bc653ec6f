use authgate::{Authenticated, Decision, Denial, Gate, Policy, Router};
use authgate::resource::Loaded;
use authgate::routing::put;
use axum::Json;

#[derive(authgate::Principal, serde::Deserialize)]
pub struct User {
    #[principal(id)]
    pub sub: String,
}

#[derive(serde::Deserialize)]
pub struct Report {
    owner: String,
}

pub struct CanEdit;

impl Policy<Report> for CanEdit {
    type Principal = User;

    fn decide(user: &User, report: &Report) -> Decision {
        Decision::allow_if(user.sub == report.owner)
    }
}

async fn edit(user: Authenticated<User>, Json(report): Json<Loaded<Report>>) -> Result<(), Denial> {
    user.authorize_on::<CanEdit, _>(report).map(drop)
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/reports", put(edit));
}
