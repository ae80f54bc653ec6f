//! Writes an audit trail: one line of JSON for each decision, allowed or denied.
//!
//! `cargo run --example audit`
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `AUTHGATE_ADDR` | address to listen on | `127.0.0.1:3000` |
//! | `AUTHGATE_AUDIT` | file to which lines are appended | `audit.jsonl` in the temporary directory |

use std::env;
use std::error::Error;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{SystemTime, UNIX_EPOCH};

use authgate::gate::AccessEvent;
use authgate::routing::{get, post};
use authgate::scheme::ApiKey;
use authgate::scheme::api_key::{InMemoryApiKeys, KeyRecord, NewKey};
use authgate::{Authenticated, Authorized, Gate, Roles, Router, requires};
use serde_json::{Value, json};

#[derive(authgate::Role)]
pub enum Role {
    Viewer,
    #[role(implies(Viewer))]
    Admin,
}

#[derive(Clone, authgate::Principal)]
#[principal(role = Role)]
pub struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    roles: Roles<Role>,
}

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

#[requires(role = "admin")]
async fn purge(admin: Authorized<_>) -> String {
    format!("purged by {}", admin.sub)
}

/// An audit trail. Requests put entries into a queue, and a thread writes them, so that no request
/// waits for a disk.
#[derive(Clone)]
pub struct AuditTrail {
    queue: SyncSender<Value>,
    /// The number of entries that did not fit into the queue. The next entry states it.
    lost: Arc<AtomicU64>,
}

impl AuditTrail {
    /// Starts the thread. It ends once all clones of the trail are dropped.
    pub fn start(mut out: impl Write + Send + 'static, longest: usize) -> (Self, JoinHandle<()>) {
        let (queue, entries) = sync_channel(longest);
        let writer = std::thread::spawn(move || {
            for entry in entries {
                // JSON escapes control characters, so that no value can add a line.
                let written = writeln!(out, "{entry}").and_then(|()| out.flush());
                if let Err(error) = written {
                    eprintln!("cannot write the audit trail: {error}");
                }
            }
        });
        (Self { queue, lost: Arc::default() }, writer)
    }

    /// Records a decision, without waiting.
    pub fn record(&self, event: &AccessEvent<'_>) {
        let mut entry = entry(event);
        let lost = self.lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            entry["lost_before"] = lost.into();
        }
        if let Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) = self.queue.try_send(entry) {
            self.lost.fetch_add(lost + 1, Ordering::Relaxed);
        }
    }
}

fn entry(event: &AccessEvent<'_>) -> Value {
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    json!({
        "time": time.as_secs_f64(),
        "outcome": if event.is_allowed() { "allowed" } else { "denied" },
        "reason": event.reason().map(authgate::denial::Reason::code),
        "principal": event.principal().map(ToString::to_string),
        // Empty for an actor that the credential does not name.
        "actor": event.actor().map(|actor| actor.subject().unwrap_or_default()),
        "issuer": event.issuer(),
        "scheme": event.scheme(),
        "rule": event.rule().map(ToString::to_string),
        "method": event.method().map(ToString::to_string),
        "route": event.route(),
        "path": event.path(),
        "peer": event.peer().map(|peer| peer.to_string()),
        "decision": event.decision_id().map(|id| id.to_string()),
    })
}

pub fn app(keys: InMemoryApiKeys<User>, trail: AuditTrail) -> Result<axum::Router, Box<dyn Error>> {
    let gate = Gate::<User>::builder()
        .scheme(ApiKey::header("x-api-key", keys).realm("api"))
        .observe(move |event| trail.record(event))
        .build()?;
    Ok(Router::new().route("/me", get(me)).route("/purge/{table}", post(purge)).with_state(gate))
}

/// Adds a caller and returns the new key.
pub fn add(keys: &InMemoryApiKeys<User>, name: &str, role: Role) -> Result<NewKey, Box<dyn Error>> {
    let key = NewKey::generate("example")?;
    let user = User { sub: name.to_owned(), roles: [role].into_iter().collect() };
    keys.insert(key.digest(), KeyRecord::new(user))?;
    Ok(key)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::var("AUTHGATE_ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let listener = tokio::net::TcpListener::bind(&address).await?;
    let file = env::var_os("AUTHGATE_AUDIT")
        .map_or_else(|| env::temp_dir().join("audit.jsonl"), std::path::PathBuf::from);
    let out = std::fs::OpenOptions::new().create(true).append(true).open(&file)?;
    let (trail, writer) = AuditTrail::start(out, 10_000);
    let keys = InMemoryApiKeys::new();
    let url = format!("http://{}", listener.local_addr()?);
    let (reader, chief) = (add(&keys, "reader", Role::Viewer)?, add(&keys, "chief", Role::Admin)?);
    println!("listening on {url}, without TLS: for a try on this machine alone");
    println!("curl -i {url}/me                                                # 401");
    println!("curl -i -H \"x-api-key: {}\" -X POST {url}/purge/logs    # 403", reader.text());
    println!("curl -i -H \"x-api-key: {}\" -X POST {url}/purge/logs    # 200", chief.text());
    println!("tail -f {}                                             # the audit trail", file.display());
    // The address of the peer is known with `into_make_service_with_connect_info` only.
    let app = app(keys, trail)?.into_make_service_with_connect_info::<SocketAddr>();
    let until = async { drop(tokio::signal::ctrl_c().await) };
    axum::serve(listener, app).with_graceful_shutdown(until).await?;
    writer.join().map_err(|_| "the writer of the audit trail panicked")?;
    Ok(())
}
