//! People: who they are, and what they may do. A session stores only the id of an account.

use authgate::right::{Requirement, TenantRoles};
use authgate::session::{Account, Accounts, BackendError};
use authgate::{Context, Decision, Roles};
use sqlx::Row as _;

use crate::db::Db;

/// The role of a user in the whole application.
#[derive(Clone, Copy, PartialEq, Eq, authgate::Role)]
pub enum Role {
    Staff,
}

/// The role of a user in an organization.
#[derive(Clone, Copy, PartialEq, Eq, authgate::Role)]
pub enum OrgRole {
    Viewer,
    #[role(implies(Viewer))]
    Editor,
    #[role(implies(Editor))]
    Owner,
}

/// A signed-in user, loaded from the database on each request. A changed role therefore applies to
/// the next request.
#[derive(authgate::Principal)]
#[principal(role = Role, tenant_role = OrgRole)]
pub struct User {
    #[principal(id)]
    pub id: String,
    pub name: String,
    pub email: String,
    pub suspended: bool,
    /// The organizations of the user, by name.
    pub memberships: Vec<Membership>,
    #[principal(roles)]
    pub roles: Roles<Role>,
    #[principal(tenant_roles)]
    pub orgs: TenantRoles<OrgRole>,
}

/// For the pages. Rules read `User::orgs`.
pub struct Membership {
    pub slug: String,
    pub name: String,
    pub role: OrgRole,
}

impl User {
    pub fn membership(&self, slug: &str) -> Option<&Membership> {
        self.memberships.iter().find(|membership| membership.slug == slug)
    }

    pub fn is_staff(&self) -> bool {
        self.roles.contains(Role::Staff)
    }
}

/// Required of every user: a suspended user gets 403 everywhere, and cannot sign in.
#[derive(authgate::Right)]
#[right(principal = User, reason = "account_suspended", detail = "Your account is suspended.")]
pub struct Active;

impl Requirement<User> for Active {
    fn decide(user: &User, _: &Context) -> Decision {
        Decision::allow_if(!user.suspended)
    }
}

/// The accounts in the database.
#[derive(Clone)]
pub struct Users(pub Db);

impl Accounts<User> for Users {
    /// A new password ends all sessions of the account, because the account is bound to its hash.
    async fn find(&self, id: &str) -> Result<Option<Account<User>>, BackendError> {
        let found = self.load(id).await.map_err(BackendError::new)?;
        Ok(found.map(|(user, hash)| Account::new(user, hash)))
    }
}

impl Users {
    /// Returns a user and the hash of the password.
    pub async fn load(&self, id: &str) -> Result<Option<(User, String)>, sqlx::Error> {
        let query =
            "SELECT u.id, u.email, u.name, u.password, u.staff, u.suspended, o.slug, o.name AS org, m.role
            FROM users u LEFT JOIN members m ON m.user_id = u.id LEFT JOIN orgs o ON o.slug = m.org
            WHERE u.id = $1 ORDER BY o.name";
        account(&sqlx::query(query).bind(id).fetch_all(&self.0).await?)
    }
}

fn account(rows: &[sqlx::any::AnyRow]) -> Result<Option<(User, String)>, sqlx::Error> {
    let Some(first) = rows.first() else { return Ok(None) };
    let (mut memberships, mut orgs) = (Vec::new(), TenantRoles::none());
    for row in rows {
        // A user without an organization has one row without one.
        let Some(slug) = row.try_get::<Option<String>, _>("slug")? else { continue };
        let role = org_role(&row.try_get::<String, _>("role")?)?;
        orgs.insert(slug.clone(), role);
        memberships.push(Membership { slug, name: row.try_get("org")?, role });
    }
    let is_staff = first.try_get::<i64, _>("staff")? != 0;
    let user = User {
        id: first.try_get("id")?,
        name: first.try_get("name")?,
        email: first.try_get("email")?,
        suspended: first.try_get::<i64, _>("suspended")? != 0,
        memberships,
        roles: is_staff.then_some(Role::Staff).into_iter().collect(),
        orgs,
    };
    Ok(Some((user, first.try_get("password")?)))
}

/// Parses a role of the database. An unknown name is a defect of the data: 503, and an event.
pub fn org_role(name: &str) -> Result<OrgRole, sqlx::Error> {
    name.parse::<OrgRole>().map_err(|error| sqlx::Error::Decode(error.to_string().into()))
}

impl Users {
    /// Returns the id and the password hash of the account with an address.
    pub async fn by_email(&self, email: &str) -> Result<Option<(String, String)>, sqlx::Error> {
        let query = "SELECT id, password FROM users WHERE email = $1";
        sqlx::query_as(query).bind(normal_email(email)).fetch_optional(&self.0).await
    }
}

/// Returns the form in which an address is stored, counted and looked up. Control characters, which
/// Postgres rejects, are removed.
pub fn normal_email(text: &str) -> String {
    let text = text.trim().chars().filter(|character| !character.is_control()).take(254);
    text.flat_map(char::to_lowercase).collect()
}
