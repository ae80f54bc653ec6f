//! Documents in an in-memory SQLite database.

use authgate::visible::{ColumnValue, Placeholders, Sql};
use sqlx::sqlite::{SqliteArguments, SqliteConnection};
use sqlx::{Arguments as _, Connection as _, Executor as _, Row as _};

use super::Document;

pub(crate) struct Store(SqliteConnection);

fn bound(values: Vec<ColumnValue<'static>>) -> SqliteArguments<'static> {
    let mut arguments = SqliteArguments::default();
    for value in values {
        match value {
            ColumnValue::Null => arguments.add(None::<String>),
            ColumnValue::Bool(so) => arguments.add(so),
            ColumnValue::Integer(number) => arguments.add(number),
            ColumnValue::Text(text) => arguments.add(text.into_owned()),
            other => panic!("{other:?}"),
        }
        .unwrap();
    }
    arguments
}

impl Store {
    /// Creates the tables, with this collation for the owner column.
    pub(crate) async fn new(collation: &str) -> Self {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        let tables = format!(
            "CREATE TABLE documents (id INTEGER PRIMARY KEY, owner TEXT {collation}, folder TEXT, level INTEGER,
                                     open BOOLEAN NOT NULL);
             CREATE TABLE shares (document INTEGER NOT NULL, reader TEXT, level TEXT);"
        );
        connection.execute(tables.as_str()).await.unwrap();
        Self(connection)
    }

    /// Replaces the stored documents.
    pub(crate) async fn fill(&mut self, documents: &[Document]) {
        let mut transaction = self.0.begin().await.unwrap();
        transaction.execute("DELETE FROM documents; DELETE FROM shares;").await.unwrap();
        for document in documents {
            sqlx::query("INSERT INTO documents VALUES (?, ?, ?, ?, ?)")
                .bind(document.id)
                .bind(&document.owner)
                .bind(&document.folder)
                .bind(document.level)
                .bind(document.open)
                .execute(&mut *transaction)
                .await
                .unwrap();
            for reader in &document.readers {
                sqlx::query("INSERT INTO shares VALUES (?, ?, 'write')")
                    .bind(document.id)
                    .bind(reader)
                    .execute(&mut *transaction)
                    .await
                    .unwrap();
            }
        }
        transaction.commit().await.unwrap();
    }

    /// Returns the ids of the matching documents, in order.
    pub(crate) async fn ids(&mut self, sql: Sql) -> Result<Vec<i64>, sqlx::Error> {
        let text = format!("SELECT id FROM documents WHERE {} ORDER BY id", sql.text);
        let rows = sqlx::query_with(&text, bound(sql.values)).fetch_all(&mut self.0).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Returns the documents with these ids.
    pub(crate) async fn list(&mut self, ids: &[i64]) -> Vec<Document> {
        let mut documents = Vec::new();
        for id in ids {
            let row = sqlx::query("SELECT owner, folder, level, open FROM documents WHERE id = ?")
                .bind(id)
                .fetch_one(&mut self.0)
                .await
                .unwrap();
            let readers = sqlx::query("SELECT reader FROM shares WHERE document = ?")
                .bind(id)
                .fetch_all(&mut self.0)
                .await
                .unwrap();
            documents.push(Document {
                id: *id,
                owner: row.get(0),
                folder: row.get(1),
                level: row.get(2),
                open: row.get(3),
                readers: readers.iter().map(|row| row.get(0)).collect(),
            });
        }
        documents
    }
}

/// The placeholder syntax of SQLite.
pub(crate) const BOUND: Placeholders = Placeholders::QuestionMark;
