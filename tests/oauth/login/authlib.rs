//! Login by another implementation: `oidc-provider-mock`, which is made of Authlib. Its ID tokens
//! are signed with RS256 and have an `at_hash`. Its answers have no `iss`, and its sessions no
//! `sid`.

use std::process::Stdio;
use std::time::Duration;

use authgate::oidc::Login;
use authgate::scheme::Issuer;
use authgate_tests::session::Store;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use super::world::{listener, serve};
use crate::user_agent::UserAgent;

/// Starts the provider on a free port. It stops when the value is dropped.
async fn provider() -> (String, Child) {
    let port = listener().await.local_addr().unwrap().port();
    let python = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/clients/bin/python");
    let child = Command::new(python)
        .args(["-m", "oidc_provider_mock", "--port", &port.to_string(), "--require-nonce", "true"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("Python, and target/clients, which .ci/clients creates");
    let is_up = async {
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(20), is_up).await.expect("the provider");
    (format!("http://127.0.0.1:{port}"), child)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Python and a provider, which .ci/oauth installs"]
async fn user_signs_in_and_out_by_another_implementation() {
    let (issuer, _provider) = provider().await;
    let listener = listener().await;
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let login = Login::with(Issuer::discover(&issuer)).client("app", "a secret").origin(&*origin);
    serve(listener, &login.claims().unwrap(), &Store::default());

    let mut browser = UserAgent::new();
    let page = browser.get(&format!("{origin}/me")).await;
    assert!(page.url.starts_with(&format!("{issuer}/oauth2/authorize?")), "{page:?}");
    let page = browser.post(&page.url, "sub=ada").await;
    assert_eq!((page.status, page.body.as_str()), (200, "ada - false"), "{page:?}");
    assert_eq!(page.url, format!("{origin}/me"));

    let page = browser.post(&format!("{origin}/logout"), "").await;
    assert!(page.url.starts_with(&format!("{issuer}/oauth2/end_session?")), "{page:?}");
    assert_eq!(page.status, 200, "{page:?}");
    assert!(!browser.has_cookie("__Host-session"));

    // The user refuses.
    let page = browser.get(&format!("{origin}/me")).await;
    let page = browser.post(&page.url, "action=deny").await;
    assert!(page.url.contains("error=access_denied"), "{page:?}");
    // The answer has no `state`, so it belongs to no login.
    assert!([401, 403].contains(&page.status), "{page:?}");
    assert!(!browser.has_cookie("__Host-session"));
}
