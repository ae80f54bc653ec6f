//! Kubernetes: a rule about the namespace and the service account of a pod.

use authgate::right::Requirement;
use authgate::{Authorized, Context, Decision};

use super::*;

#[derive(authgate::Principal, Deserialize)]
struct Pod {
    #[principal(id)]
    sub: String,
    #[serde(rename = "kubernetes.io")]
    kubernetes: Kubernetes,
}

#[derive(Deserialize)]
struct Kubernetes {
    namespace: String,
    serviceaccount: ServiceAccount,
}

#[derive(Deserialize)]
struct ServiceAccount {
    name: String,
}

#[derive(authgate::Right)]
#[right(
    principal = Pod,
    kind = "service_account",
    name = "reporter",
    reason = "service_account_not_allowed",
    detail = "Only the reporter may report."
)]
struct Reporter;

impl Requirement<Pod> for Reporter {
    fn decide(pod: &Pod, _: &Context) -> Decision {
        let Kubernetes { namespace, serviceaccount } = &pod.kubernetes;
        Decision::allow_if(namespace == "default" && serviceaccount.name == "reporter")
    }
}

async fn report(by: Authorized<Reporter>) -> String {
    by.sub.clone()
}

#[tokio::test]
async fn token_of_kubernetes() {
    let issuer = "https://kubernetes.default.svc.cluster.local";
    let gate = gate::<Pod>(bearer(issuer, "https://api.example"));
    let app = Router::new().route("/report", get(report)).with_state(gate);
    let answer = ask_as(&app, "GET /report", "kubernetes", json!({})).await;
    answer.assert_is(200, "system:serviceaccount:default:reporter");
    let of = |namespace: &str, name: &str| json!({ "kubernetes.io": { "namespace": namespace, "serviceaccount": { "name": name, "uid": "u" } } });
    assert_reasons(
        &app,
        "GET /report",
        "kubernetes",
        &[
            (of("other", "reporter"), 403, "service_account_not_allowed"),
            (of("default", "default"), 403, "service_account_not_allowed"),
            (json!({ "kubernetes.io": { "namespace": "default" } }), 401, "credentials_malformed"),
            (json!({ "kubernetes.io": null }), 401, "credentials_malformed"),
            (json!({ "aud": [issuer] }), 401, "credentials_wrong_audience"),
            (json!({ "iss": "https://kubernetes.default.svc" }), 401, "credentials_wrong_issuer"),
        ],
    )
    .await;
}
