//! The audit trail. The gates report every decision. The trail keeps the changes and the denials of
//! known callers, in the database.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use authgate::gate::AccessEvent;
use percent_encoding::percent_decode_str;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;

use crate::db::{Db, milliseconds, new_id};

/// A queue to the database. No request waits for an entry.
#[derive(Clone)]
pub struct Trail {
    queue: Sender<Entry>,
    /// The number of entries that did not fit into the queue, such as in a long outage.
    lost: Arc<AtomicU64>,
}

/// An entry of the trail.
#[derive(sqlx::FromRow)]
pub struct Entry {
    /// In milliseconds since 1970.
    pub at: i64,
    /// The slug of the organization, or empty.
    pub org: String,
    /// The id of a user or an API key.
    pub actor: String,
    pub scheme: String,
    /// The method and the pattern of the route.
    pub action: String,
    pub path: String,
    /// The reason of a denial, or empty.
    pub reason: String,
}

impl Trail {
    /// Starts the task that writes. It ends once all clones of the trail are dropped.
    pub fn start(db: Db) -> (Self, JoinHandle<()>) {
        let (queue, entries) = channel(10_000);
        let lost = Arc::new(AtomicU64::new(0));
        (Self { queue, lost: Arc::clone(&lost) }, tokio::spawn(write(db, entries, lost)))
    }

    /// For `GateBuilder::observe`. It must not wait.
    pub fn record(&self, event: &AccessEvent<'_>) {
        if let Some(entry) = entry(event)
            && self.queue.try_send(entry).is_err()
        {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Returns the entry of a change or a denial. Reading is not recorded, and anonymous callers are
/// not, because they could fill the trail.
fn entry(event: &AccessEvent<'_>) -> Option<Entry> {
    let (actor, method) = (event.principal()?.to_string(), event.method()?);
    if event.is_allowed() && method.is_safe() {
        return None;
    }
    let (route, path) = (event.route().unwrap_or_default(), event.path().unwrap_or_default());
    Some(Entry {
        at: milliseconds(),
        org: parameter(route, path, "{org}"),
        actor,
        scheme: event.scheme().unwrap_or_default().to_owned(),
        action: format!("{method} {route}"),
        path: path.chars().take(200).collect(),
        reason: event.reason().map(|reason| reason.code().to_owned()).unwrap_or_default(),
    })
}

/// Returns a parameter of the path, as axum decodes it. Otherwise, a caller who writes `%61cme` for
/// `acme` would not appear in the trail of the organization.
fn parameter(route: &str, path: &str, name: &str) -> String {
    let mut pairs = route.split('/').zip(path.split('/'));
    let value = pairs.find_map(|(pattern, segment)| (pattern == name).then_some(segment));
    percent_decode_str(value.unwrap_or_default()).decode_utf8_lossy().replace('\0', "")
}

async fn write(db: Db, mut entries: Receiver<Entry>, lost: Arc<AtomicU64>) {
    let mut batch = Vec::new();
    while entries.recv_many(&mut batch, 100).await > 0 {
        // In an outage, the batch waits, and the queue fills.
        while let Err(error) = insert(&db, &batch).await {
            tracing::error!(%error, "cannot write the audit trail");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        batch.clear();
        let lost = lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            tracing::error!(lost, "entries of the audit trail were lost");
        }
    }
}

async fn insert(db: &Db, batch: &[Entry]) -> Result<(), sqlx::Error> {
    let mut change = db.begin().await?;
    for entry in batch {
        let query = "INSERT INTO audit (id, at, org, actor, scheme, action, path, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let query = sqlx::query(query).bind(new_id()).bind(entry.at).bind(&entry.org).bind(&entry.actor);
        let query = query.bind(&entry.scheme).bind(&entry.action).bind(&entry.path).bind(&entry.reason);
        query.execute(&mut *change).await?;
    }
    change.commit().await
}

/// An entry as the pages show it.
#[derive(sqlx::FromRow)]
pub struct Row {
    #[sqlx(flatten)]
    pub entry: Entry,
    /// The name of the user or the key, or the id of a deleted one.
    pub name: String,
}

/// Returns the newest entries of an organization, or of all.
pub async fn list(db: &Db, org: Option<&str>) -> Result<Vec<Row>, sqlx::Error> {
    let query = "SELECT a.at, a.org, a.actor, a.scheme, a.action, a.path, a.reason,
        COALESCE(u.name, k.name, a.actor) AS name
        FROM audit a LEFT JOIN users u ON u.id = a.actor LEFT JOIN api_keys k ON k.id = a.actor
        WHERE a.org = $1 OR $2 = 1 ORDER BY a.at DESC, a.id LIMIT 200";
    let query = sqlx::query_as(query).bind(org.unwrap_or_default()).bind(i64::from(org.is_none()));
    query.fetch_all(db).await
}

/// Describes an action for people. The caller was allowed to do it, or denied: the trail does not
/// know whether a form had a mistake.
pub fn describe(action: &str) -> Option<&'static str> {
    Some(match action {
        "POST /orgs" => "create an organization",
        "POST /orgs/{org}/delete" => "delete the organization",
        "POST /orgs/{org}/members" => "add a member",
        "POST /orgs/{org}/members/{user}" => "change the role of a member",
        "POST /orgs/{org}/members/{user}/remove" => "remove a member",
        "POST /orgs/{org}/keys" => "create an API key",
        "POST /orgs/{org}/keys/{key}/revoke" => "revoke an API key",
        "POST /orgs/{org}/documents" | "POST /api/orgs/{org}/documents" => "create a document",
        "POST /orgs/{org}/documents/{id}" | "PUT /api/orgs/{org}/documents/{id}" => "edit a document",
        "POST /orgs/{org}/documents/{id}/delete" => "delete a document",
        "POST /orgs/{org}/documents/{id}/shares" => "share a document",
        "POST /orgs/{org}/documents/{id}/shares/{user}/remove" => "stop sharing a document",
        "POST /admin/users/{user}/suspend" => "suspend a user",
        "POST /admin/users/{user}/reinstate" => "reinstate a user",
        "POST /admin/users/{user}/delete" => "delete a user",
        _ => return None,
    })
}
