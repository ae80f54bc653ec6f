//! Real servers that a test starts, stops, kills and restarts.

pub(crate) mod postgres;
pub(crate) mod redis;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::state::State;

/// A server with its data in a temporary directory.
pub(crate) trait Server: Sized {
    type Shared: State;

    /// The name by which a second process finds the type.
    const NAME: &str;

    /// Starts a server with empty data, which is ready when this returns.
    fn start() -> Self;

    /// Starts the server again with the data that it has.
    fn start_again(&mut self);

    fn process(&mut self) -> &mut Process;

    fn port(&self) -> u16;

    /// Returns the shared state of a new process that connects to this port.
    fn shared_at(port: u16) -> Self::Shared;

    /// Prepares an empty server.
    fn prepare(shared: &Self::Shared) -> impl Future<Output = ()> + Send;

    fn shared(&self) -> Self::Shared {
        Self::shared_at(self.port())
    }
}

/// A running program. It is killed when it is dropped.
pub(crate) struct Process {
    child: Child,
}

impl Process {
    pub(crate) fn run(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self { child: command.spawn().expect("the program, which .ci/stores installs") }
    }

    /// Kills the program, and waits until it and its children have ended.
    pub(crate) fn kill(&mut self) {
        let all = self.all();
        self.signal("CONT");
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        wait_until("the children have ended", || {
            all.iter().all(|id| !Path::new(&format!("/proc/{id}")).exists())
        });
    }

    /// Sends a signal to the program and its children.
    pub(crate) fn signal(&self, name: &str) {
        let ids = self.all().into_iter().map(|id| id.to_string());
        // A child may have ended in the meantime.
        Command::new("kill").arg(format!("-{name}")).args(ids).stderr(Stdio::null()).status().unwrap();
    }

    /// Returns the ids of the program and its children.
    fn all(&self) -> Vec<u32> {
        let own = self.child.id();
        let ids = std::fs::read_dir("/proc").unwrap();
        let ids = ids.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        ids.filter(|id| *id == own || parent(*id) == Some(own)).collect()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal("CONT");
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Returns the parent of a process, from `id (name) state parent ..`.
fn parent(id: u32) -> Option<u32> {
    let line = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    line.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// An empty directory. It is removed when it is dropped.
pub(crate) struct Directory(pub(crate) PathBuf);

impl Directory {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("authgate-stores-{}-{number}", std::process::id()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn clear(&self) {
        std::fs::remove_dir_all(&self.0).unwrap();
        std::fs::create_dir(&self.0).unwrap();
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}
