use std::process::Command;

use authgate_redis::Shared;
use redis::{Client, Cmd, Connection, FromRedisValue, cmd};

use super::{Directory, Process, Server, free_port, wait_until};

pub(crate) struct RedisServer {
    port: u16,
    process: Process,
    data: Directory,
}

impl RedisServer {
    fn wait(&self) {
        wait_until("Redis is ready", || {
            let answer =
                self.connection().and_then(|mut connection| cmd("PING").query::<String>(&mut connection));
            answer.is_ok()
        });
    }

    fn connection(&self) -> redis::RedisResult<Connection> {
        Client::open(format!("redis://127.0.0.1:{}", self.port))?.get_connection()
    }

    /// Runs a command, such as `CONFIG SET maxmemory 1`.
    pub(crate) fn run<T: FromRedisValue>(&self, command: &str) -> T {
        let mut words = command.split(' ');
        let mut command = cmd(words.next().unwrap());
        for word in words {
            command.arg(word);
        }
        self.query(&command)
    }

    /// Runs a command.
    pub(crate) fn query<T: FromRedisValue>(&self, command: &Cmd) -> T {
        command.query(&mut self.connection().unwrap()).unwrap()
    }

    /// Deletes the data of the stopped server.
    pub(crate) fn clear(&self) {
        self.data.clear();
    }
}

/// Every write is on the disk before it is acknowledged.
fn run(port: u16, data: &Directory) -> Process {
    let mut command = Command::new("redis-server");
    command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "yes", "--appendfsync", "always"]);
    command.args(["--port", &port.to_string(), "--dir"]).arg(&data.0);
    Process::run(&mut command)
}

impl Server for RedisServer {
    type Shared = Shared;
    const NAME: &str = "redis";

    fn start() -> Self {
        let (port, data) = (free_port(), Directory::new());
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
        Shared::connect(&format!("redis://127.0.0.1:{port}")).unwrap()
    }

    async fn prepare(_: &Shared) {}
}
