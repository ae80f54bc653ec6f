//! GitHub Actions: a rule about the repository and the branch of a workflow.

use authgate::right::Requirement;
use authgate::{Authorized, Context, Decision};

use super::*;

#[derive(authgate::Principal, Deserialize)]
struct Workflow {
    #[principal(id)]
    sub: String,
    repository: String,
    #[serde(rename = "ref")]
    git_ref: String,
}

#[derive(authgate::Right)]
#[right(
    principal = Workflow,
    kind = "workflow",
    name = "main",
    reason = "workflow_not_allowed",
    detail = "Only workflows on the main branch may deploy."
)]
struct MainBranch;

impl Requirement<Workflow> for MainBranch {
    fn decide(workflow: &Workflow, _: &Context) -> Decision {
        Decision::allow_if(workflow.repository == "org/repo" && workflow.git_ref == "refs/heads/main")
    }
}

async fn deploy(by: Authorized<MainBranch>) -> String {
    by.sub.clone()
}

#[tokio::test]
async fn token_of_github_actions() {
    let issuer = "https://token.actions.githubusercontent.com";
    let gate = gate::<Workflow>(bearer(issuer, "https://api.example"));
    let app = Router::new().route("/deploy", get(deploy)).with_state(gate);
    let answer = ask_as(&app, "GET /deploy", "github_actions", json!({})).await;
    answer.assert_is(200, "repo:org/repo:ref:refs/heads/main");
    assert_reasons(
        &app,
        "GET /deploy",
        "github_actions",
        &[
            (json!({ "ref": "refs/heads/feature" }), 403, "workflow_not_allowed"),
            (json!({ "ref": "refs/heads/main2" }), 403, "workflow_not_allowed"),
            (json!({ "ref": "refs/pull/1/merge" }), 403, "workflow_not_allowed"),
            (json!({ "repository": "fork/repo" }), 403, "workflow_not_allowed"),
            (json!({ "repository": null }), 401, "credentials_malformed"),
            (json!({ "ref": ["refs/heads/main"] }), 401, "credentials_malformed"),
            (json!({ "aud": "https://github.com/org" }), 401, "credentials_wrong_audience"),
            (json!({ "nbf": now() + 60 }), 401, "credentials_not_yet_valid"),
        ],
    )
    .await;
}
