//! Runs the binary in a new folder.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use authgate_access::document::Document;
use authgate_access::lock::Lock;

/// A folder that is deleted after the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("authgate-cli-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Runs git in the folder, without the user's configuration.
    pub(crate) fn git(&self, arguments: &[&str]) {
        let output = git(&self.0).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }

    pub(crate) fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "a lock"]);
    }

    /// Runs `cargo-authgate` in the folder. Returns the exit code, standard output and standard
    /// error.
    pub(crate) fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        self.run_in("", arguments, "")
    }

    pub(crate) fn run_in(&self, folder: &str, arguments: &[&str], input: &str) -> (i32, String, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_cargo-authgate"))
            .args(arguments)
            .current_dir(self.0.join(folder))
            .env("GIT_CEILING_DIRECTORIES", std::env::temp_dir())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A process that does not read its input can have exited.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }
}

fn git(folder: &Path) -> Command {
    let mut git = Command::new("git");
    git.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    git.args(["-c", "user.name=ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false"]);
    git
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// Returns a lock with these routes.
pub(crate) fn lock(routes: &[&str]) -> String {
    let routes: String = routes.iter().map(|line| format!("{line}\n")).collect();
    format!("access.lock v1\nrole viewer\nrole editor > viewer\nrole admin > editor\n{routes}")
}

/// Returns a document with these routes, such as `GET /x role:admin`, without line numbers.
pub(crate) fn document(routes: &[&str]) -> String {
    Document::of_lock(&Lock::parse(&lock(routes)).unwrap()).to_json()
}
