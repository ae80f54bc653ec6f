//! Stores documents in SQLite. Each operation on a document takes the proof that it is allowed.

use std::path::Path;

use authgate::resource::{Child, Loaded};
use authgate::right::In;
use authgate::visible::{ColumnValue, Page, Placeholders, VisibleList};
use authgate::{Authorized, Context, Granted, Proof};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteRow};
use sqlx::{Row as _, SqlitePool};

use super::{CanDelete, CanEdit, CanRead, CanShare, Document, Draft, Failed, Org, Share, role};

#[derive(Clone)]
pub struct Store {
    db: SqlitePool,
}

type Found<Right> = Granted<Right, Child<Org, Document>>;

/// Selects a document and its shares in one query. A missing document therefore takes no less time
/// than a concealed one.
const SELECT: &str = "SELECT id, org, owner, title, body, open, (SELECT json_group_array(json_object('with', reader, 'write', \
                      json(iif(writes, 'true', 'false')))) FROM shares WHERE document = documents.id) AS shares FROM documents";

const SCHEMA: &str = "
    CREATE TABLE documents (id INTEGER PRIMARY KEY AUTOINCREMENT, org TEXT NOT NULL, owner TEXT NOT NULL,
        title TEXT NOT NULL, body TEXT NOT NULL, open BOOLEAN NOT NULL);
    CREATE TABLE shares (document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE, reader TEXT NOT NULL,
        writes BOOLEAN NOT NULL, PRIMARY KEY (document, reader));
    INSERT INTO documents (org, owner, title, body, open) VALUES
        ('acme', 'sub-a', 'Salaries', 'For my eyes only.', FALSE),
        ('acme', 'sub-b', 'Holidays', 'For all of us.', TRUE),
        ('globex', 'sub-g', 'Weather', 'For all of Globex.', TRUE);";

impl Store {
    /// Opens the database file, and creates it if it does not exist.
    pub async fn open(path: &Path) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
        Self::start(SqlitePoolOptions::new(), options).await
    }

    /// Creates an in-memory database that ends with this value.
    pub async fn temporary() -> Result<Self, sqlx::Error> {
        // Each connection has a separate in-memory database, so keep exactly one connection.
        let one = SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
        Self::start(one, SqliteConnectOptions::new().in_memory(true)).await
    }

    async fn start(pool: SqlitePoolOptions, options: SqliteConnectOptions) -> Result<Self, sqlx::Error> {
        let db = pool.connect_with(options.foreign_keys(true)).await?;
        // One transaction, so that two processes can start at the same time.
        let mut start = db.begin_with("BEGIN IMMEDIATE").await?;
        let known: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_master WHERE name = 'documents'")
            .fetch_one(&mut *start)
            .await?;
        if known == 0 {
            sqlx::raw_sql(SCHEMA).execute(&mut *start).await?;
        }
        start.commit().await?;
        Ok(Self { db })
    }

    /// Loads a document that no policy has allowed yet. Only the policy receives it.
    pub(super) async fn document(&self, org: &str, id: i64) -> Result<Option<Document>, sqlx::Error> {
        let query = format!("{SELECT} WHERE org = ? AND id = ?");
        let row = sqlx::query(&query).bind(org).bind(id).fetch_optional(&self.db).await?;
        row.as_ref().map(read).transpose()
    }

    /// Returns the documents of the organization that the caller may read. Other documents never
    /// leave the database. The proof identifies the organization: the one whose membership was
    /// checked.
    pub async fn documents(
        &self,
        member: Authorized<In<Org, role::Member>>,
    ) -> Result<Granted<CanRead, Page<Document>>, Failed> {
        let org = organisation(member.context());
        let visible: VisibleList<Document> = member.visible()?;
        let condition = visible.sql(Placeholders::QuestionMark);
        let query = format!("{SELECT} WHERE org = ? AND {} ORDER BY id", condition.text);
        let mut query = sqlx::query(&query).bind(org);
        for value in &condition.values {
            query = match value {
                ColumnValue::Bool(so) => query.bind(*so),
                ColumnValue::Integer(number) => query.bind(*number),
                ColumnValue::Text(text) => query.bind(text.as_ref()),
                _ => query.bind(None::<String>),
            };
        }
        let rows = query.fetch_all(&self.db).await?;
        Ok(visible.page(Loaded::from_store(rows.iter().map(read).collect::<Result<_, _>>()?)))
    }

    /// Creates a document in the organization of the member, who becomes its owner.
    pub async fn create(
        &self,
        by: &impl Proof<In<Org, role::Member>>,
        Draft { title, body, open }: Draft,
    ) -> Result<Document, sqlx::Error> {
        let (org, owner) = (organisation(by.context()), by.principal().sub.clone());
        let id = sqlx::query("INSERT INTO documents (org, owner, title, body, open) VALUES (?, ?, ?, ?, ?)")
            .bind(&org)
            .bind(&owner)
            .bind(&title)
            .bind(&body)
            .bind(open)
            .execute(&self.db)
            .await?
            .last_insert_rowid();
        Ok(Document { id, org, owner, title, body, open, shares: Vec::new() })
    }

    pub async fn save(&self, document: Found<CanEdit>) -> Result<Found<CanEdit>, Failed> {
        let done = sqlx::query("UPDATE documents SET title = ?, body = ?, open = ? WHERE id = ?")
            .bind(&document.title)
            .bind(&document.body)
            .bind(document.open)
            .bind(document.id)
            .execute(&self.db)
            .await?;
        // A document deleted since it was loaded is reported as missing.
        if done.rows_affected() == 0 { Err(document.gone().into()) } else { Ok(document) }
    }

    pub async fn share(&self, document: &Found<CanShare>, share: Share) -> Result<(), Failed> {
        let done = sqlx::query(
            "INSERT INTO shares (document, reader, writes) SELECT id, ?, ? FROM documents WHERE id = ?
             ON CONFLICT DO UPDATE SET writes = excluded.writes",
        )
        .bind(&share.with)
        .bind(share.write)
        .bind(document.id)
        .execute(&self.db)
        .await?;
        if done.rows_affected() == 0 { Err(document.gone().into()) } else { Ok(()) }
    }

    pub async fn delete(&self, document: Found<CanDelete>) -> Result<(), Failed> {
        let done =
            sqlx::query("DELETE FROM documents WHERE id = ?").bind(document.id).execute(&self.db).await?;
        if done.rows_affected() == 0 { Err(document.gone().into()) } else { Ok(()) }
    }
}

/// Returns the organization whose membership was checked. No organization has an empty name.
fn organisation(context: &Context) -> String {
    context.tenant::<Org>().unwrap_or_default().to_owned()
}

fn read(row: &SqliteRow) -> Result<Document, sqlx::Error> {
    let shares: String = row.try_get("shares")?;
    Ok(Document {
        id: row.try_get("id")?,
        org: row.try_get("org")?,
        owner: row.try_get("owner")?,
        title: row.try_get("title")?,
        body: row.try_get("body")?,
        open: row.try_get("open")?,
        shares: serde_json::from_str(&shares).map_err(|error| sqlx::Error::Decode(error.into()))?,
    })
}
