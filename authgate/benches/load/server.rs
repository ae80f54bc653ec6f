//! The server: this program in a second process, so that its memory can be measured separately.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::options::Serves;

/// Prints the address and serves until standard input is closed.
pub(crate) fn serve(serves: Serves) {
    let runtime = Runtime::new().expect("a runtime");
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
    println!("{}", listener.local_addr().expect("an address"));
    std::io::stdout().flush().expect("somebody listens");
    let router = match serves {
        Serves::Tokens => crate::app::router(),
        Serves::Logins => crate::logins::router(),
    };
    runtime.spawn(async { axum::serve(listener, router).await });
    // Any end of the input means that the client has exited.
    drop(std::io::stdin().read_to_end(&mut Vec::new()));
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    process: Child,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::start_with("--serve")
    }

    pub(crate) fn start_with(argument: &str) -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut process = Command::new(program)
            .arg(argument)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a second process");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("piped")).read_line(&mut line).expect("an address");
        Self { address: line.trim().parse().expect("an address"), process }
    }

    pub(crate) fn resident(&self) -> u64 {
        crate::process::resident(self.process.id())
    }

    pub(crate) fn files(&self) -> usize {
        crate::process::files(self.process.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        drop(self.process.wait());
    }
}
