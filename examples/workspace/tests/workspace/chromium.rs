//! A walk through the application with Chromium, without JavaScript.

use std::env;
use std::path::{Path, PathBuf};

use tokio::process::Command;

use crate::browser::Server;

/// Leaves a screenshot of each page in `AUTHGATE_SCREENSHOTS`, or in the folder of the build.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "requires Chromium, which .ci/clients installs"]
async fn pages_work_without_javascript_on_wide_and_narrow_screens() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let screenshots = env::var_os("AUTHGATE_SCREENSHOTS")
        .map_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots"), PathBuf::from);
    std::fs::create_dir_all(&screenshots).unwrap();
    let python = env::var_os("AUTHGATE_PYTHON")
        .map_or_else(|| package.join("../../target/clients/bin/python"), PathBuf::from);
    let server = Server::start().await;
    let output = Command::new(python)
        .arg(package.join("tests/workspace/walk.py"))
        .args([format!("http://{}", server.address), server.password.clone()])
        .arg(screenshots)
        .output()
        .await
        .unwrap_or_else(|error| panic!("python: {error}; `.ci/clients` installs it"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
