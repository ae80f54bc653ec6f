//! The certified provider of `idp.mjs`, as a child process.

use std::fs::File;
use std::path::Path;
use std::process::Stdio;

use authgate::oauth::{Fetch as _, HttpClient};
use axum::body::Bytes;
use axum::http::{Request, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::http_client::{CA, get_from};

/// A running provider, with its own keys and tokens. It stops when the value is dropped.
pub(crate) struct Provider {
    issuer: String,
    client: HttpClient,
    _child: Child,
    /// Open, because the provider cannot write to a closed pipe.
    _output: Lines<BufReader<ChildStdout>>,
}

impl Provider {
    /// Starts a provider on a free port, and waits until it answers.
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// Starts a provider with environment variables of `idp.mjs`, such as `ALG`.
    pub(crate) async fn with(variables: &[(&str, &str)]) -> Self {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
        let script = File::open(tests.join("oauth/idp.mjs")).unwrap();
        // Node resolves the imports of a script from standard input in the current directory.
        let mut child = Command::new("node")
            .arg("--input-type=module")
            .current_dir(tests.join("../target/oauth"))
            .env_remove("PORT")
            .envs(variables.iter().copied())
            .stdin(script)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node, and target/oauth, which .ci/oauth creates");
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let issuer = loop {
            let line = output.next_line().await.unwrap().expect("the address of the provider");
            if let Some(issuer) = line.strip_prefix("idp ") {
                break issuer.to_owned();
            }
        };
        let client = HttpClient::with_root_certificates(CA).unwrap();
        Self { issuer, client, _child: child, _output: output }
    }

    /// Returns the issuer, such as `http://127.0.0.1:9400`.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Returns an access token of the client `service` for a resource, with both scopes.
    pub(crate) async fn token(&self, resource: &str) -> String {
        let body =
            format!("grant_type=client_credentials&scope=reports:read%20reports:write&resource={resource}");
        let response = self.post("/token", "service:service-secret", body).await;
        let text = String::from_utf8_lossy(response.body());
        assert_eq!(response.status(), 200, "{text}");
        let answer: Value = serde_json::from_str(&text).unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// Sends a form as a client, such as `api:api-secret`.
    pub(crate) async fn post(&self, path: &str, client: &str, form: String) -> Response<Bytes> {
        let request = Request::post(format!("{}{path}", self.issuer))
            .header("authorization", format!("Basic {}", STANDARD.encode(client)))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.into());
        self.client.fetch(request.unwrap()).await.unwrap()
    }

    /// Returns a document of the provider as JSON. `idp.mjs` lists the paths that control it, such
    /// as `/_rotate`.
    pub(crate) async fn control(&self, path: &str) -> Value {
        let response = self.client.fetch(get_from(format!("{}{path}", self.issuer))).await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        serde_json::from_slice(response.body()).unwrap()
    }
}
