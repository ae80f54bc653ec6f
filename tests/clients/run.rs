//! Runs a client.

use std::env;
use std::path::Path;
use std::process::{Command, Output};

use tokio::task::spawn_blocking;

/// Returns the output of a client, whatever its exit status.
pub(crate) async fn output(program: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).env("PYTHONIOENCODING", "utf-8");
    let program = program.to_owned();
    let ran = spawn_blocking(move || command.output()).await.unwrap();
    ran.unwrap_or_else(|error| panic!("{program}: {error}; `.ci/clients` installs it"))
}

/// Returns the output of a client, which must succeed.
pub(crate) async fn printed(program: &str, arguments: &[&str]) -> String {
    let output = output(program, arguments).await;
    let (out, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{program} {arguments:?}: {}\n{out}\n{errors}", output.status);
    out.into_owned()
}

/// Runs a Python script with the packages that `.ci/clients` installs.
pub(crate) async fn python(script: &str, arguments: &[&str]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let python = env::var("AUTHGATE_PYTHON")
        .unwrap_or_else(|_| root.join("target/clients/bin/python").display().to_string());
    let script = root.join("tests/clients").join(script).display().to_string();
    let arguments: Vec<_> = [script.as_str()].into_iter().chain(arguments.iter().copied()).collect();
    printed(&python, &arguments).await
}
