//! Organizations and their members.

use authgate::right::{All, Fresh, In, Tenant, TenantFrom};
use authgate::{Context, Proof, Resource};

use crate::db::{Db, is_id, new_id};
use crate::state::App;
use crate::users::{OrgRole, User, normal_email, org_role};

/// An organization, named by the path: `/orgs/{org}/..`. Rules over roles `in = Org` read the path.
/// Rules `on = Org` load the row.
pub struct Org {
    pub slug: String,
    pub name: String,
}

impl Tenant for Org {
    const FROM: TenantFrom = TenantFrom::PathParameter("org");
}

impl Resource<App> for Org {
    type Key = String;
    type Error = sqlx::Error;

    const PARAMETERS: &'static [&'static str] = &["org"];

    async fn load(slug: String, app: &App) -> Result<Option<Self>, sqlx::Error> {
        if !is_id(&slug) {
            return Ok(None);
        }
        let found = sqlx::query_as("SELECT name FROM orgs WHERE slug = $1").bind(&slug);
        let found: Option<(String,)> = found.fetch_optional(&app.db).await?;
        Ok(found.map(|(name,)| Self { slug, name }))
    }
}

/// The right of an owner. Functions that only owners may call take a proof of it.
pub type IsOwner = In<Org, org_role::Owner>;

/// Returns the slug of the organization in which a rule has found a role of the caller.
pub fn slug(context: &Context) -> &str {
    context.tenant::<Org>().unwrap_or_default()
}

/// A row of the page of members.
#[derive(sqlx::FromRow)]
pub struct Member {
    pub id: String,
    pub name: String,
    pub email: String,
    pub role: String,
}

/// Creates an organization with its first owner, and returns its slug.
pub async fn create(db: &Db, name: &str, owner: &User) -> Result<String, sqlx::Error> {
    let slug = slug_of(name);
    let mut change = db.begin().await?;
    let insert = sqlx::query("INSERT INTO orgs (slug, name) VALUES ($1, $2)");
    insert.bind(&slug).bind(name).execute(&mut *change).await?;
    let insert = sqlx::query("INSERT INTO members (org, user_id, role) VALUES ($1, $2, 'owner')");
    insert.bind(&slug).bind(&owner.id).execute(&mut *change).await?;
    change.commit().await?;
    Ok(slug)
}

/// `Ada & Sons` -> `ada-sons-1f0c`. The random end makes it unique, and does not reveal which names
/// are taken.
fn slug_of(name: &str) -> String {
    let words = name.split(|character: char| !character.is_ascii_alphanumeric());
    let mut slug: Vec<String> = words.filter(|word| !word.is_empty()).map(str::to_ascii_lowercase).collect();
    slug.truncate(4);
    let base: String = slug.join("-").chars().take(40).collect();
    let random: String = new_id().chars().take(6).collect();
    if base.is_empty() { random } else { format!("{base}-{random}") }
}

pub async fn members(db: &Db, org: &str) -> Result<Vec<Member>, sqlx::Error> {
    let query = "SELECT u.id, u.name, u.email, m.role FROM members m JOIN users u ON u.id = m.user_id
        WHERE m.org = $1 ORDER BY u.name, u.id";
    sqlx::query_as(query).bind(org).fetch_all(db).await
}

/// The result of adding a member.
pub enum Added {
    Yes,
    /// The account is a member already, and keeps its role.
    AlreadyMember,
    UnknownAddress,
}

/// Adds the account with this address.
pub async fn add_member(
    db: &Db,
    by: &impl Proof<IsOwner>,
    email: &str,
    role: OrgRole,
) -> Result<Added, sqlx::Error> {
    let org = slug(by.context());
    let query = "INSERT INTO members (org, user_id, role) SELECT $1, id, $2 FROM users WHERE email = $3
        ON CONFLICT (org, user_id) DO NOTHING";
    let email = normal_email(email);
    let query = sqlx::query(query).bind(org).bind(role.to_string()).bind(&email);
    if query.execute(db).await?.rows_affected() > 0 {
        return Ok(Added::Yes);
    }
    let known = sqlx::query("SELECT id FROM users WHERE email = $1").bind(&email);
    let is_known = known.fetch_optional(db).await?.is_some();
    Ok(if is_known { Added::AlreadyMember } else { Added::UnknownAddress })
}

/// Changes the role of a member, or removes the member and their shares. Returns `false` for the
/// last owner, who must stay.
pub async fn change_member(
    db: &Db,
    by: &impl Proof<IsOwner>,
    user: &str,
    role: Option<OrgRole>,
) -> Result<bool, sqlx::Error> {
    let org = slug(by.context());
    if !is_id(user) {
        return Ok(true);
    }
    let mut change = db.begin().await?;
    // Locks the organization: two owners could otherwise remove each other at the same time.
    sqlx::query("UPDATE orgs SET name = name WHERE slug = $1").bind(org).execute(&mut *change).await?;
    let query = match role {
        Some(_) => "UPDATE members SET role = $3 WHERE org = $1 AND user_id = $2",
        None => "DELETE FROM members WHERE org = $1 AND user_id = $2",
    };
    let query = sqlx::query(query).bind(org).bind(user);
    let query = if let Some(role) = role { query.bind(role.to_string()) } else { query };
    query.execute(&mut *change).await?;
    let owners = "SELECT count(*) FROM members WHERE org = $1 AND role = 'owner'";
    let owners: i64 = sqlx::query_scalar(owners).bind(org).fetch_one(&mut *change).await?;
    if owners == 0 {
        change.rollback().await?;
        return Ok(false);
    }
    if role.is_none() {
        // A member who is added again later must not find the old shares.
        let shares = "DELETE FROM shares WHERE reader = $2
            AND document IN (SELECT id FROM documents WHERE org = $1)";
        sqlx::query(shares).bind(org).bind(user).execute(&mut *change).await?;
    }
    change.commit().await?;
    Ok(true)
}

/// Deletes an organization with its documents and keys. The audit trail remains, for staff.
pub async fn delete(db: &Db, by: &impl Proof<All<(IsOwner, Fresh<300>)>>) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM orgs WHERE slug = $1").bind(slug(by.context())).execute(db).await?;
    Ok(())
}
