//! Documents: who may read, edit and share them, and how they are stored. Each operation takes the
//! proof that it is allowed.

use authgate::resource::{Child, Edit, Loaded, Nested};
use authgate::right::In;
use authgate::visible::{Column, ColumnValue, Filter, ListPolicy, Listable, Page, Placeholders, Related};
use authgate::{Authorized, Decision, Granted, Policy, Principal};
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::db::{Db, is_id, new_id, now};
use crate::error::AppError;
use crate::keys::Machine;
use crate::orgs::Org;
use crate::state::App;
use crate::users::{OrgRole, User, normal_email, org_role};

#[derive(Serialize)]
pub struct Document {
    pub id: String,
    pub org: String,
    pub owner: String,
    pub owner_name: String,
    pub title: String,
    pub body: String,
    /// Whether every member of the organization may read it.
    pub open: bool,
    pub updated: i64,
    #[serde(skip)]
    pub shares: Vec<Share>,
}

pub struct Share {
    pub reader: String,
    pub name: String,
    pub can_edit: bool,
}

/// The content of a document, after its validation.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Draft {
    pub title: String,
    pub body: String,
    pub open: bool,
}

impl Draft {
    /// Returns the draft, or a sentence for its author.
    pub fn valid(mut self) -> Result<Self, (Self, &'static str)> {
        self.title = self.title.trim().to_owned();
        let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        let problem = if self.title.is_empty() || self.title.chars().count() > 120 {
            "Write a title of 1 to 120 characters."
        } else if self.title.chars().any(char::is_control) || self.body.chars().any(is_control) {
            "The text contains control characters."
        } else if self.body.len() > 100_000 {
            "The text is longer than 100,000 bytes."
        } else {
            return Ok(self);
        };
        Err((self, problem))
    }
}

/// The path is `/orgs/{org}/documents/{id}`: the id of a document in another organization is not
/// found.
impl Nested<Org, App> for Document {
    type Key = String;
    type Error = sqlx::Error;

    const PARAMETERS: &'static [&'static str] = &["id"];

    async fn load(org: &Org, id: String, app: &App) -> Result<Option<Self>, sqlx::Error> {
        if !is_id(&id) {
            return Ok(None);
        }
        let query = select("documents.org = $1 AND documents.id = $2");
        let rows = sqlx::query(&query).bind(&org.slug).bind(&id).fetch_all(&app.db).await?;
        Ok(documents(&rows)?.pop())
    }
}

/// An edit cannot change the id, the organization and the owner.
impl Edit for Document {
    type Patch = Draft;

    fn edit(&mut self, Draft { title, body, open }: Draft) {
        (self.title, self.body, self.open) = (title, body, open);
    }
}

const ORG: Column<Document> = Column::new("documents.org", |document| document.org.as_str().into());
const OWNER: Column<Document> = Column::new("documents.owner", |document| document.owner.as_str().into());
const OPEN: Column<Document> = Column::new("documents.open", |document| i64::from(document.open).into());
const SHARED: Related<Document> = Related::new("shares", "document", "documents.id", "reader", |document| {
    document.shares.iter().map(|share| share.reader.as_str().into()).collect()
});

/// Held by the owner, by users that the document is shared with, and, if it is open, by every
/// member. The filter decides the list, in the query, and the single document.
pub struct CanRead;

impl ListPolicy<Document> for CanRead {
    type Principal = User;

    fn filter(user: &User) -> Filter<Document> {
        let member = user.orgs.tenants().filter(|(_, roles)| roles.grants(OrgRole::Viewer));
        ORG.is_one_of(member.map(|(org, _)| org))
            .and(OWNER.is(&user.id).or(OPEN.is(1)).or(SHARED.has(&user.id)))
    }
}

impl Listable for Document {
    type By = CanRead;
}

/// Held by the owner, by users that it is shared with for editing, and, if it is open, by editors
/// of the organization.
pub struct CanEdit;

impl Policy<Document> for CanEdit {
    type Principal = User;

    fn decide(user: &User, document: &Document) -> Decision {
        let shared = document.shares.iter().any(|share| share.can_edit && share.reader == user.id);
        let editor = document.open && user.orgs.grants_in(&document.org, OrgRole::Editor);
        Decision::allow_if(document.owner == user.id || shared || editor)
    }
}

/// Held by the owner: sharing, and deletion.
pub struct CanManage;

impl Policy<Document> for CanManage {
    type Principal = User;

    fn decide(user: &User, document: &Document) -> Decision {
        Decision::allow_if(document.owner == user.id)
    }
}

/// Held by API keys of the organization, for open documents.
pub struct KeyReads;

impl Policy<Document> for KeyReads {
    type Principal = Machine;

    fn decide(machine: &Machine, document: &Document) -> Decision {
        Decision::allow_if(document.open && document.org == machine.org)
    }
}

/// Held for the same documents. It is a separate policy, so that a proof of reading does not allow
/// editing.
pub struct KeyEdits;

impl Policy<Document> for KeyEdits {
    type Principal = Machine;

    fn decide(machine: &Machine, document: &Document) -> Decision {
        KeyReads::decide(machine, document)
    }
}

/// The policies that allow saving.
pub trait AllowsEdit: Policy<Document> {}

impl AllowsEdit for CanEdit {}
impl AllowsEdit for KeyEdits {}

/// A document for which a policy has allowed the caller, in its organization. Handlers write
/// `Granted<_, Child<Org, Document>>`, which `#[requires]` completes. It does not see through the
/// name of another type, and would load the document twice.
pub type Found<Right> = Granted<Right, Child<Org, Document>>;

/// Returns the query of the documents with this condition, the newest first. It has one row for
/// each share, or one without a share.
fn select(condition: &str) -> String {
    format!(
        "SELECT documents.id, documents.org, documents.owner, owners.name AS owner_name,
        documents.title, documents.body, documents.open, documents.updated, s.reader, s.can_edit, readers.name AS reader_name
        FROM (SELECT * FROM documents WHERE {condition} ORDER BY updated DESC, id LIMIT {LONGEST_LIST}) documents
        JOIN users owners ON owners.id = documents.owner
        LEFT JOIN shares s ON s.document = documents.id LEFT JOIN users readers ON readers.id = s.reader
        ORDER BY documents.updated DESC, documents.id, readers.name"
    )
}

/// The largest number of documents in a list. An application with more needs pages.
pub const LONGEST_LIST: usize = 200;

/// Returns the newest documents of the organization that the caller may read. Others never leave
/// the database.
pub async fn list(
    db: &Db,
    member: Authorized<In<Org, org_role::Viewer>>,
) -> Result<Granted<CanRead, Page<Document>>, AppError> {
    let org = member.context().tenant::<Org>().unwrap_or_default().to_owned();
    let visible = member.visible::<Document>()?;
    let condition = visible.sql(Placeholders::DollarFrom(2));
    let query = select(&format!("documents.org = $1 AND {}", condition.text));
    let mut query = sqlx::query(&query).bind(org);
    for value in condition.values {
        query = match value {
            ColumnValue::Integer(number) => query.bind(number),
            ColumnValue::Text(text) => query.bind(text.into_owned()),
            _ => query.bind(None::<String>),
        };
    }
    let rows = query.fetch_all(db).await?;
    Ok(visible.page(Loaded::from_store(documents(&rows)?)))
}

/// Returns the newest open documents of an organization, for its API keys.
pub async fn list_open(db: &Db, org: &Org) -> Result<Vec<Document>, sqlx::Error> {
    let query = select("documents.org = $1 AND documents.open = 1");
    documents(&sqlx::query(&query).bind(&org.slug).fetch_all(db).await?)
}

pub async fn create(db: &Db, org: &str, owner: &str, draft: &Draft) -> Result<String, sqlx::Error> {
    let id = new_id();
    let query = "INSERT INTO documents (id, org, owner, title, body, open, updated) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let query = sqlx::query(query).bind(&id).bind(org).bind(owner).bind(&draft.title).bind(&draft.body);
    query.bind(i64::from(draft.open)).bind(now()).execute(db).await?;
    Ok(id)
}

/// Saves the edited document: the one that was checked.
pub async fn save<R: AllowsEdit, P: Principal>(
    db: &Db,
    document: &Granted<R, Child<Org, Document>, P>,
) -> Result<(), AppError> {
    let query = "UPDATE documents SET title = $1, body = $2, open = $3, updated = $4 WHERE id = $5";
    let query = sqlx::query(query).bind(&document.title).bind(&document.body).bind(i64::from(document.open));
    let done = query.bind(now()).bind(&document.id).execute(db).await?;
    // Deleted since it was loaded.
    if done.rows_affected() == 0 { Err(document.gone().into()) } else { Ok(()) }
}

/// Shares the document with a member of its organization. Returns `false` if no member has the
/// address.
pub async fn share(
    db: &Db,
    document: &Found<CanManage>,
    email: &str,
    can_edit: bool,
) -> Result<bool, sqlx::Error> {
    let query = "INSERT INTO shares (document, reader, can_edit)
        SELECT $1, u.id, $2 FROM users u JOIN members m ON m.user_id = u.id WHERE m.org = $3 AND u.email = $4
        ON CONFLICT (document, reader) DO UPDATE SET can_edit = excluded.can_edit";
    let query = sqlx::query(query).bind(&document.id).bind(i64::from(can_edit)).bind(&document.org);
    Ok(query.bind(normal_email(email)).execute(db).await?.rows_affected() > 0)
}

pub async fn unshare(db: &Db, document: &Found<CanManage>, reader: &str) -> Result<(), sqlx::Error> {
    if is_id(reader) {
        let query = sqlx::query("DELETE FROM shares WHERE document = $1 AND reader = $2");
        query.bind(&document.id).bind(reader).execute(db).await?;
    }
    Ok(())
}

/// Consumes the proof: one check allows one deletion.
pub async fn delete(db: &Db, document: Found<CanManage>) -> Result<(), AppError> {
    let query = sqlx::query("DELETE FROM documents WHERE id = $1").bind(&document.id);
    if query.execute(db).await?.rows_affected() == 0 { Err(document.gone().into()) } else { Ok(()) }
}

/// Collects the rows of each document.
fn documents(rows: &[AnyRow]) -> Result<Vec<Document>, sqlx::Error> {
    let mut documents: Vec<Document> = Vec::new();
    for row in rows {
        let id: String = row.try_get("id")?;
        if documents.last().is_none_or(|last| last.id != id) {
            documents.push(Document {
                id,
                org: row.try_get("org")?,
                owner: row.try_get("owner")?,
                owner_name: row.try_get("owner_name")?,
                title: row.try_get("title")?,
                body: row.try_get("body")?,
                open: row.try_get::<i64, _>("open")? != 0,
                updated: row.try_get("updated")?,
                shares: Vec::new(),
            });
        }
        let reader: Option<String> = row.try_get("reader")?;
        if let (Some(document), Some(reader)) = (documents.last_mut(), reader) {
            let can_edit = row.try_get::<i64, _>("can_edit")? != 0;
            document.shares.push(Share { reader, name: row.try_get("reader_name")?, can_edit });
        }
    }
    Ok(documents)
}
