//! API keys: programs that call the API for an organization. The database has only digests.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use authgate::right::{All, Fresh};
use authgate::scheme::api_key::{ApiKeys, KeyDigest, KeyLookup, KeyRecord, NewKey};
use authgate::{Decision, Policy, Proof, Scopes};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::db::{Db, is_id, new_id, now};
use crate::error::AppError;
use crate::orgs::{IsOwner, Org, slug};

/// The start of each key, by which scanners of source code find leaked keys.
const PREFIX: &str = "workspace";

const DAY: i64 = 24 * 60 * 60;

#[derive(Clone, Copy, PartialEq, Eq, authgate::Scope)]
pub enum Scope {
    #[scope(name = "documents:read")]
    Read,
    #[scope(name = "documents:write")]
    Write,
}

/// A program with an API key, which is valid in one organization.
#[derive(authgate::Principal)]
#[principal(scope = Scope)]
pub struct Machine {
    /// The id of the key, which is not a secret.
    #[principal(id)]
    pub id: String,
    pub org: String,
    /// The user that has created the key, who owns what the program creates.
    pub created_by: String,
    #[principal(scopes)]
    pub scopes: Scopes<Scope>,
}

/// Held by keys of the organization. Another organization is 404 for them.
pub struct IsKeyOf;

impl Policy<Org> for IsKeyOf {
    type Principal = Machine;

    fn decide(machine: &Machine, org: &Org) -> Decision {
        Decision::allow_if(machine.org == org.slug)
    }
}

/// A row of the page of keys.
#[derive(sqlx::FromRow)]
pub struct Key {
    pub id: String,
    pub name: String,
    pub scopes: String,
    pub created_by: String,
    pub expires: i64,
    pub revoked: i64,
    suspended: i64,
    role: Option<String>,
}

impl Key {
    /// Returns `true` if the creator may not have keys at present.
    pub fn is_paused(&self) -> bool {
        !may_have_keys(self.suspended, self.role.as_deref())
    }
}

/// The keys in the database.
pub struct StoredKeys(pub Db);

impl ApiKeys<Machine> for StoredKeys {
    /// Runs on each request with a key, so that a revoked key is rejected by every process at once.
    async fn find(&self, digest: &KeyDigest) -> KeyLookup<Machine> {
        let query = format!(
            "SELECT k.id, k.org, k.created_by, k.scopes, k.expires, k.revoked, u.suspended, m.role {FROM} WHERE k.digest = $1"
        );
        let row = sqlx::query(&query).bind(digest.to_string()).fetch_optional(&self.0).await;
        match row.and_then(|row| row.as_ref().map(lookup).transpose()) {
            Ok(found) => found.unwrap_or(KeyLookup::Unknown),
            Err(error) => {
                tracing::error!(%error, "cannot look up an API key");
                KeyLookup::Unavailable
            }
        }
    }
}

/// The keys with the present role of their creators.
const FROM: &str = "FROM api_keys k JOIN users u ON u.id = k.created_by
    LEFT JOIN members m ON m.org = k.org AND m.user_id = k.created_by";

fn lookup(row: &AnyRow) -> Result<KeyLookup<Machine>, sqlx::Error> {
    let role: Option<String> = row.try_get("role")?;
    let is_revoked = row.try_get::<i64, _>("revoked")? != 0;
    // A person who loses the right to create keys must not keep access through a key.
    if is_revoked || !may_have_keys(row.try_get("suspended")?, role.as_deref()) {
        return Ok(KeyLookup::Revoked);
    }
    let scopes: String = row.try_get("scopes")?;
    let machine = Machine {
        id: row.try_get("id")?,
        org: row.try_get("org")?,
        created_by: row.try_get("created_by")?,
        scopes: scopes.split(' ').filter_map(|name| name.parse::<Scope>().ok()).collect(),
    };
    let expires = u64::try_from(row.try_get::<i64, _>("expires")?).unwrap_or(0);
    let expires: SystemTime = UNIX_EPOCH + Duration::from_secs(expires);
    let id = machine.id.clone();
    Ok(KeyLookup::Known(KeyRecord::new(machine).with_id(id).with_expires_at(expires)))
}

fn may_have_keys(suspended: i64, role: Option<&str>) -> bool {
    suspended == 0 && role == Some("owner")
}

/// Creates a key. Its text is shown once: it cannot be read afterwards.
pub async fn create(
    db: &Db,
    by: &impl Proof<All<(IsOwner, Fresh<300>)>>,
    name: &str,
    scopes: &[Scope],
    days: u16,
) -> Result<NewKey, AppError> {
    let key = NewKey::generate(PREFIX)?;
    let scopes: Vec<String> = scopes.iter().map(ToString::to_string).collect();
    let query = "INSERT INTO api_keys (id, org, name, digest, scopes, created_by, created, expires)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let query =
        sqlx::query(query).bind(new_id()).bind(slug(by.context())).bind(name).bind(key.digest().to_string());
    let query =
        query.bind(scopes.join(" ")).bind(&by.principal().id).bind(now()).bind(now() + i64::from(days) * DAY);
    query.execute(db).await?;
    Ok(key)
}

/// Revokes a key of the organization. A revoked key stays in the list.
pub async fn revoke(db: &Db, by: &impl Proof<IsOwner>, id: &str) -> Result<(), sqlx::Error> {
    if is_id(id) {
        let query = sqlx::query("UPDATE api_keys SET revoked = 1 WHERE org = $1 AND id = $2");
        query.bind(slug(by.context())).bind(id).execute(db).await?;
    }
    Ok(())
}

pub async fn list(db: &Db, by: &impl Proof<IsOwner>) -> Result<Vec<Key>, sqlx::Error> {
    let query = format!(
        "SELECT k.id, k.name, k.scopes, k.expires, k.revoked, u.name AS created_by, u.suspended, m.role
        {FROM} WHERE k.org = $1 ORDER BY k.revoked, k.created DESC, k.id"
    );
    sqlx::query_as(&query).bind(slug(by.context())).fetch_all(db).await
}
