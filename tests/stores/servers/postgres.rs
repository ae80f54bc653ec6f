use std::ffi::OsStr;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use authgate_postgres::Shared;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use super::{Directory, Process, Server, free_port, wait_until};

pub(crate) struct PostgresServer {
    port: u16,
    process: Process,
    data: Directory,
}

impl PostgresServer {
    /// Starts a server from a base backup of this one, as its hot standby.
    pub(crate) fn standby(&self) -> Self {
        let (port, data) = (free_port(), Directory::new());
        own(&data);
        let mut backup = as_owner(program("pg_basebackup"));
        backup.args(["--host", "127.0.0.1", "--port", &self.port.to_string(), "--username", "authgate"]);
        backup
            .args(["--no-sync", "--checkpoint", "fast", "--write-recovery-conf", "--pgdata"])
            .arg(data.0.join("db"));
        assert!(backup.stdout(Stdio::null()).status().unwrap().success());
        let server = Self { port, process: run(port, &data), data };
        server.wait();
        server
    }

    fn wait(&self) {
        wait_until("PostgreSQL is ready", || {
            let mut ready = as_owner(program("pg_isready"));
            ready.args(["--host", "127.0.0.1", "--port", &self.port.to_string()]);
            ready.stdout(Stdio::null()).status().unwrap().success()
        });
    }

    /// Connects as the owner of the database.
    pub(crate) async fn client(&self) -> Client {
        let (client, connection) = tokio_postgres::connect(&url(self.port), NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    /// Runs statements. Returns the first column of the last row.
    pub(crate) async fn run(&self, statements: &str) -> Option<String> {
        let rows = self.client().await.simple_query(statements).await.unwrap();
        rows.into_iter().rev().find_map(|row| match row {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        })
    }
}

fn url(port: u16) -> String {
    format!("postgres://authgate@127.0.0.1:{port}/postgres")
}

/// Returns a program of PostgreSQL. Debian keeps them in a directory for each version.
fn program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut paths: Vec<_> = versions.map(|version| version.path().join("bin").join(name)).collect();
    paths.retain(|path| path.exists());
    paths.sort();
    paths.pop().unwrap_or_else(|| name.into())
}

/// Returns the user id and the group id of the account that runs the server, which refuses root.
fn owner() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse::<u32>().ok()
    };
    (id(&["-u"])? == 0).then_some((id(&["-u", "postgres"])?, id(&["-g", "postgres"])?))
}

fn as_owner(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir("/");
    if let Some((user, group)) = owner() {
        command.uid(user).gid(group);
    }
    command
}

fn own(data: &Directory) {
    if let Some((user, group)) = owner() {
        std::os::unix::fs::chown(&data.0, Some(user), Some(group)).unwrap();
    }
}

/// The directory of the socket is the data directory, so that two servers do not share it.
fn run(port: u16, data: &Directory) -> Process {
    let mut command = as_owner(program("postgres"));
    command
        .arg("-D")
        .arg(data.0.join("db"))
        .args(["-p", &port.to_string(), "-h", "127.0.0.1", "-k"])
        .arg(&data.0);
    Process::run(&mut command)
}

fn initialize(data: &Directory) {
    own(data);
    let mut initdb = as_owner(program("initdb"));
    initdb.args(["--username", "authgate", "--auth", "trust", "--encoding", "UTF8", "--no-sync", "--pgdata"]);
    assert!(initdb.arg(data.0.join("db")).stdout(Stdio::null()).status().unwrap().success());
}

impl Server for PostgresServer {
    type Shared = Shared;
    const NAME: &str = "postgres";

    fn start() -> Self {
        let (port, data) = (free_port(), Directory::new());
        initialize(&data);
        let server = Self { port, process: run(port, &data), data };
        server.wait();
        server
    }

    fn start_again(&mut self) {
        self.process = run(self.port, &self.data);
        self.wait();
    }

    fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    fn port(&self) -> u16 {
        self.port
    }

    fn shared_at(port: u16) -> Shared {
        Shared::connect(&url(port)).unwrap()
    }

    async fn prepare(shared: &Shared) {
        shared.migrate().await.unwrap();
    }
}
