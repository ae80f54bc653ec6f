//! `examples/resource_server.rs` as a child process, which `.ci/oauth` builds.

use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::time::Duration;

use authgate_tests::http::{Read, Server};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::{sleep, timeout};

/// A running service. It stops when the value is dropped.
pub(crate) struct ResourceServer {
    server: Server,
    _child: Child,
    /// Open, because the service cannot print to a closed pipe.
    output: Lines<BufReader<ChildStdout>>,
}

fn command(variables: &[(&str, &str)]) -> Command {
    let program = std::env::current_exe().unwrap();
    let folder: PathBuf = program.ancestors().nth(2).unwrap().join("examples");
    let mut command = Command::new(folder.join("resource_server"));
    for name in ["ISSUER", "RESOURCE", "INTROSPECTION", "REPLAY", "NONCE_KEY"] {
        command.env_remove(format!("AUTHGATE_{name}"));
    }
    command.env("AUTHGATE_ADDR", "127.0.0.1:0").envs(variables.iter().copied()).kill_on_drop(true);
    command
}

/// Returns the output of the program with settings that cannot work.
pub(crate) async fn failed(variables: &[(&str, &str)]) -> Output {
    command(variables).output().await.expect("the example, which .ci/oauth builds")
}

impl ResourceServer {
    /// Starts the service on a free port with these environment variables.
    pub(crate) async fn with(variables: &[(&str, &str)]) -> Self {
        let mut child = command(variables)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the example, which .ci/oauth builds");
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = output.next_line().await.unwrap().expect("the address of the service");
        let address = line.strip_prefix("listening on http://").unwrap().parse().unwrap();
        Self { server: Server { address }, _child: child, output }
    }

    /// Starts the service for the tokens of this issuer, and waits for its keys.
    pub(crate) async fn of(issuer: &str) -> Self {
        Self::with(&[("AUTHGATE_ISSUER", issuer)]).await.ready().await
    }

    /// Waits for the keys of the issuer.
    pub(crate) async fn ready(self) -> Self {
        let is_ready = async {
            while self.status("/ready").await != 200 {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(Duration::from_secs(10), is_ready).await.expect("the keys of the issuer");
        self
    }

    /// Returns the origin, such as `http://127.0.0.1:3000`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// Returns the commands that the service with its own issuer prints.
    pub(crate) async fn commands(&mut self) -> String {
        let mut commands = String::new();
        while !commands.ends_with("# 204\n") {
            commands += &self.output.next_line().await.unwrap().expect("the last command");
            commands += "\n";
        }
        commands
    }

    /// Returns the audience of the tokens.
    pub(crate) fn resource(&self) -> String {
        format!("{}/mcp", self.url())
    }

    /// Returns the issuer, as the metadata of the resource names it.
    pub(crate) async fn issuer(&self) -> String {
        let metadata = self.server.get("/.well-known/oauth-protected-resource/mcp", "").await.body;
        let metadata: serde_json::Value = serde_json::from_str(&metadata).unwrap();
        metadata["authorization_servers"][0].as_str().unwrap().to_owned()
    }

    /// Returns the response for a token.
    pub(crate) async fn me(&self, token: &str) -> Read {
        self.server.get("/me", format!("Authorization: Bearer {token}\r\n")).await
    }

    /// Returns the status of a public route.
    pub(crate) async fn status(&self, path: &str) -> u16 {
        self.server.get(path, "").await.status
    }
}
