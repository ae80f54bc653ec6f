//! The log names the cause of each denial, and never a secret.

use authgate_tests::jar::Jar;
use serde_json::json;

use super::world::{Site, TOKEN};
use crate::events::capture::capture_all;

#[tokio::test(start_paused = true)]
async fn events_name_the_cause_without_secrets() {
    let site = Site::new();
    let mut jar = Jar::default();
    let (secrets, events) = capture_all(async {
        let asked = site.start(&mut jar, "").await;
        let mut secrets =
            vec![asked["state"].clone(), asked["nonce"].clone(), asked["code_challenge"].clone()];
        let target = site.idp.answer(&asked, &json!({ "nonce": "wrong" }));
        secrets.push(target.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned());
        jar.ask(&site.app, &format!("GET {target}")).await;
        jar.ask(&site.app, &format!("GET {target}")).await;
        secrets
    })
    .await;
    let checks: Vec<_> = events.iter().filter_map(|event| event.field("check")).collect();
    assert!(checks.contains(&"nonce"), "{events:?}");
    assert!(checks.contains(&"login of this browser"), "{events:?}");
    let text = format!("{events:?}");
    let words = ["code-", "web secret", "an access token", "eyJ", "login-"].map(str::to_owned);
    for secret in secrets.into_iter().chain(words) {
        assert!(!text.contains(&secret), "{secret}: {text}");
    }

    let ((), events) = capture_all(async {
        site.idp.provider.serve(TOKEN, || http::Response::new("<html>".into()));
        assert_eq!(site.sign_in(&mut jar, "", &json!({})).await.status, 503);
        jar.post(&site.app, "/backchannel-logout", "logout_token=eyJhbGciOiJub25lIn0.e30.").await;
    })
    .await;
    let text = format!("{events:?}");
    assert!(text.contains("the provider gives no tokens"), "{text}");
    assert!(events.iter().any(|event| event.field("check") == Some("header")), "{text}");
    assert!(!text.contains("eyJ") && !text.contains("<html>"), "{text}");
}
