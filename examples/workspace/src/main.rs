//! `cargo run -p workspace` prints the address, the demo users, and curl commands.

use std::error::Error;
use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

#[cfg(unix)]
use tokio::signal::unix::{SignalKind, signal};
use workspace::seed::PEOPLE;
use workspace::settings::Settings;
use workspace::{Service, routes, start};

async fn run() -> Result<(), Box<dyn Error>> {
    let settings = Settings::from_environment()?;
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(colours).init();
    let Service { listener, app, password, trail, folder } = start(&settings).await?;
    tour(listener.local_addr()?, password.as_deref());
    let routes = routes::routes(&app.sessions, app.login.as_ref()).with_state(app);
    // The address of the peer is for the limits of login attempts.
    let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, routes).with_graceful_shutdown(stopped()).await?;
    // The last entries of the audit trail.
    tokio::time::timeout(Duration::from_secs(5), trail).await??;
    drop(folder);
    Ok(())
}

/// Waits until the process must stop: Ctrl-C in a terminal, or SIGTERM of a service manager.
async fn stopped() {
    let interrupt = async { drop(tokio::signal::ctrl_c().await) };
    #[cfg(unix)]
    if let Ok(mut terminate) = signal(SignalKind::terminate()) {
        tokio::select! { () = interrupt => {}, _ = terminate.recv() => {} }
        return;
    }
    interrupt.await;
}

/// Prints what a newcomer can try.
fn tour(address: SocketAddr, password: Option<&str>) {
    let url = format!("http://{address}");
    println!("listening on {url}, without TLS: for a try on this machine alone\n");
    let Some(password) = password else { return };
    println!("demo users, all with the password {password}");
    for (email, _, role) in PEOPLE {
        println!("  {email:<18} {role}");
    }
    println!(
        "
open {url} in a browser, or:
curl -i {url}/orgs/acme                                      # 401
curl -i -c jar -d 'email=vera@example.com&password={password}' {url}/login
curl -i -b jar {url}/orgs/acme                               # 200: Vera is a viewer
curl -i -b jar {url}/orgs/acme/keys                          # 403: not an owner
curl -i -b jar {url}/orgs/globex                             # 404: not a member
curl -i -b jar -H 'Origin: https://evil.example' -X POST {url}/logout   # 403: another site
curl -i -H 'x-api-key: KEY' {url}/api/orgs/acme/documents    # with a key that Ada creates
curl -s {url}/openapi.json {url}/ready {url}/metrics"
    );
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
