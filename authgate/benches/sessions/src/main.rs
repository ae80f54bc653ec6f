//! One application in three forms: without authentication, with authgate, and with axum-login.
//! Each session is in Redis. `run` builds it and measures.
//!
//! `authgate-sessions-load raw|authgate|axum-login ADDRESS REDIS_URL`. Several processes may listen
//! on the same address.

mod with_authgate;
mod with_axum_login;

use std::error::Error;
use std::net::SocketAddr;

use axum::Router;
use axum::routing::get;
use tokio::net::TcpSocket;

fn raw() -> Router {
    Router::new().route("/me", get(async || "ada"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().ok_or("expected raw|authgate|axum-login ADDRESS REDIS_URL");
    let (form, address, redis) = (next()?, next()?.parse::<SocketAddr>()?, next()?);
    let app = match form.as_str() {
        "raw" => raw(),
        "authgate" => with_authgate::app(&redis)?,
        "axum-login" => with_axum_login::app(&redis).await?,
        other => return Err(format!("unknown form {other:?}").into()),
    };
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseport(true)?;
    socket.bind(address)?;
    axum::serve(socket.listen(4096)?, app).await?;
    Ok(())
}
