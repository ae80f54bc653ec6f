// The client sets the owner, so the policy would allow overwriting another owner's report.
use authgate::routing::put;
use authgate::{Authenticated, Decision, Denial, Gate, Granted, Policy, Router};
use axum::Json;

#[derive(authgate::Principal, serde::Deserialize)]
pub struct User {
    #[principal(id)]
    pub sub: String,
}

#[derive(serde::Deserialize)]
pub struct Report {
    id: u64,
    owner: String,
}

pub struct CanEdit;

impl Policy<Report> for CanEdit {
    type Principal = User;

    fn decide(user: &User, report: &Report) -> Decision {
        Decision::allow_if(user.sub == report.owner)
    }
}

fn save(report: Granted<CanEdit, Report>) -> String {
    report.id.to_string()
}

async fn edit(user: Authenticated<User>, Json(report): Json<Report>) -> Result<String, Denial> {
    let report = user.authorize_on::<CanEdit, _>(report)?;
    Ok(save(report))
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/reports", put(edit));
}
