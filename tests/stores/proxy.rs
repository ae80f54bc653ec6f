//! A network between a process and a server that delays, loses and cuts connections.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// The state of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network {
    /// Forwards everything after this time, in each direction.
    Delay(Duration),
    /// Loses all data. A connection that has lost data never forwards again.
    Lossy,
    /// Closes all connections, and new ones at once.
    Cut,
}

pub(crate) struct Proxy {
    pub(crate) port: u16,
    network: Arc<watch::Sender<Network>>,
}

impl Proxy {
    /// Starts a proxy in front of a server.
    pub(crate) async fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let network = Arc::new(watch::Sender::new(Network::Delay(Duration::ZERO)));
        let sender = Arc::clone(&network);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let mut cut = sender.subscribe();
                let network = sender.subscribe();
                tokio::spawn(async move {
                    tokio::select! {
                        _ = cut.wait_for(|network| *network == Network::Cut) => {}
                        () = forward(client, server, network) => {}
                    }
                });
            }
        });
        Self { port, network }
    }

    pub(crate) fn set(&self, network: Network) {
        self.network.send_replace(network);
    }
}

async fn forward(client: TcpStream, server: u16, network: watch::Receiver<Network>) {
    // The connection to a lossy network is accepted here, but the server does not see it.
    if *network.borrow() == Network::Lossy {
        return std::future::pending().await;
    }
    let Ok(server) = TcpStream::connect(("127.0.0.1", server)).await else { return };
    for stream in [&client, &server] {
        stream.set_nodelay(true).unwrap();
    }
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    tokio::select! {
        () = copy(from_client, to_server, network.clone()) => {}
        () = copy(from_server, to_client, network) => {}
    }
}

async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, network: watch::Receiver<Network>) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let Ok(length @ 1..) = from.read(&mut buffer).await else { return };
        let now = *network.borrow();
        match now {
            Network::Delay(delay) => tokio::time::sleep(delay).await,
            Network::Lossy => return std::future::pending().await,
            Network::Cut => return,
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
