//! Files in an in-memory SQLite database, or in temporary tables of a PostgreSQL server.

use authgate::visible::{ColumnValue, Placeholders, Sql};
use sqlx::postgres::{PgArguments, PgConnection};
use sqlx::sqlite::{SqliteArguments, SqliteConnection};
use sqlx::types::Uuid;
use sqlx::{Arguments as _, Connection as _, Executor as _, Row as _};

use super::{File, at, time};

pub(super) enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Binds values for SQLite: a UUID as a `BLOB`, and a time as an `INTEGER`.
fn bound_for_sqlite(values: &[ColumnValue<'static>]) -> Result<SqliteArguments<'static>, sqlx::Error> {
    let mut arguments = SqliteArguments::default();
    for value in values {
        let added = match value {
            ColumnValue::Bool(so) => arguments.add(*so),
            ColumnValue::Integer(number) | ColumnValue::Timestamp(number) => arguments.add(*number),
            ColumnValue::Text(text) => arguments.add(text.to_string()),
            ColumnValue::Bytes(bytes) => arguments.add(bytes.to_vec()),
            ColumnValue::Uuid(id) => arguments.add(id.to_vec()),
            other => Err(format!("cannot bind {other:?}").into()),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

/// Binds values for PostgreSQL: a UUID as `uuid`, and a time as `timestamptz`.
fn bound_for_postgres(values: &[ColumnValue<'static>]) -> Result<PgArguments, sqlx::Error> {
    let mut arguments = PgArguments::default();
    for value in values {
        let added = match value {
            ColumnValue::Bool(so) => arguments.add(*so),
            ColumnValue::Integer(number) => arguments.add(*number),
            ColumnValue::Text(text) => arguments.add(&**text),
            ColumnValue::Bytes(bytes) => arguments.add(&**bytes),
            ColumnValue::Uuid(id) => arguments.add(Uuid::from_bytes(*id)),
            ColumnValue::Timestamp(micros) => arguments.add(at(*micros)),
            other => Err(format!("cannot bind {other:?}").into()),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

const SELECT: &str = "SELECT id, owner, digest, published, level, open, title FROM files";
const READERS: &str = "SELECT file, reader FROM readers ORDER BY file, position";

impl Database {
    pub(super) async fn sqlite() -> Self {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        let tables = "CREATE TABLE files (id INTEGER PRIMARY KEY, owner BLOB, digest BLOB, published INTEGER,
                          level INTEGER, open BOOLEAN NOT NULL, title TEXT);
                      CREATE TABLE readers (file INTEGER NOT NULL, reader BLOB, position INTEGER NOT NULL);";
        connection.execute(tables).await.unwrap();
        Self::Sqlite(connection)
    }

    /// Connects to the server of `.ci/postgres`. The tables exist for this connection only.
    pub(super) async fn postgres() -> Self {
        let url =
            std::env::var("AUTHGATE_POSTGRES").expect("run `.ci/postgres`, which sets AUTHGATE_POSTGRES");
        let mut connection = PgConnection::connect(&url).await.unwrap();
        let tables = "CREATE TEMPORARY TABLE files (id bigint PRIMARY KEY, owner uuid, digest bytea,
                          published timestamptz, level integer, open boolean NOT NULL, title text);
                      CREATE TEMPORARY TABLE readers (file bigint NOT NULL, reader uuid, position bigint NOT NULL);";
        connection.execute(tables).await.unwrap();
        Self::Postgres(connection)
    }

    pub(super) const fn placeholders(&self) -> Placeholders {
        match self {
            Self::Sqlite(_) => Placeholders::QuestionMark,
            Self::Postgres(_) => Placeholders::DollarFrom(1),
        }
    }

    pub(super) async fn fill(&mut self, files: &[File]) {
        for file in files {
            match self {
                Self::Sqlite(connection) => {
                    let published = file.published.map(|published| match time(published) {
                        ColumnValue::Timestamp(micros) => micros,
                        other => panic!("{other:?}"),
                    });
                    let query = sqlx::query("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?)");
                    let query = query.bind(file.id).bind(file.owner).bind(&file.digest).bind(published);
                    let query = query.bind(file.level).bind(file.open).bind(&file.title);
                    query.execute(&mut *connection).await.unwrap();
                    for (reader, position) in file.readers.iter().zip(0_i64..) {
                        let query = sqlx::query("INSERT INTO readers VALUES (?, ?, ?)");
                        let query = query.bind(file.id).bind(reader).bind(position);
                        query.execute(&mut *connection).await.unwrap();
                    }
                }
                Self::Postgres(connection) => {
                    let query = sqlx::query("INSERT INTO files VALUES ($1, $2, $3, $4, $5, $6, $7)");
                    let query = query.bind(file.id).bind(file.owner).bind(&file.digest).bind(file.published);
                    let query = query.bind(file.level).bind(file.open).bind(&file.title);
                    query.execute(&mut *connection).await.unwrap();
                    for (reader, position) in file.readers.iter().zip(0_i64..) {
                        let query = sqlx::query("INSERT INTO readers VALUES ($1, $2, $3)");
                        let query = query.bind(file.id).bind(reader).bind(position);
                        query.execute(&mut *connection).await.unwrap();
                    }
                }
            }
        }
    }

    /// Returns the files that meet the condition, in the order of their ids.
    pub(super) async fn files(&mut self, condition: &Sql) -> Result<Vec<File>, sqlx::Error> {
        let text = format!("{SELECT} WHERE {} ORDER BY id", condition.text);
        let mut files: Vec<_>;
        let readers: Vec<(i64, Option<Uuid>)>;
        /// The columns are equal in both databases, except the time.
        macro_rules! file {
            ($row:ident, $published:expr) => {
                File {
                    id: $row.get(0),
                    owner: $row.get(1),
                    digest: $row.get(2),
                    published: $published,
                    level: $row.get(4),
                    open: $row.get(5),
                    title: $row.get(6),
                    readers: Vec::new(),
                }
            };
        }
        match self {
            Self::Sqlite(connection) => {
                let arguments = bound_for_sqlite(&condition.values)?;
                let rows = sqlx::query_with(&text, arguments).fetch_all(&mut *connection).await?;
                files = rows.iter().map(|row| file!(row, row.get::<Option<i64>, _>(3).map(at))).collect();
                readers = sqlx::query_as(READERS).fetch_all(connection).await?;
            }
            Self::Postgres(connection) => {
                let arguments = bound_for_postgres(&condition.values)?;
                let rows = sqlx::query_with(&text, arguments).fetch_all(&mut *connection).await?;
                files = rows.iter().map(|row| file!(row, row.get(3))).collect();
                readers = sqlx::query_as(READERS).fetch_all(connection).await?;
            }
        }
        for file in &mut files {
            let own = readers.iter().filter(|(of, _)| *of == file.id);
            file.readers = own.map(|(_, reader)| *reader).collect();
        }
        Ok(files)
    }
}
