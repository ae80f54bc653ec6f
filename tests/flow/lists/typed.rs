//! Lists by columns of UUIDs, bytes and timestamps, on SQLite and PostgreSQL.

mod database;

use std::sync::Arc;

use authgate::resource::Loaded;
use authgate::visible::{Column, ColumnValue, Filter, ListPolicy, Listable, Related, VisibleList};
use authgate::{Gate, Granted, Router, routing::get};
use authgate_tests::app::bearer;
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::token::token;
use axum::extract::{FromRef, State};
use serde::Deserialize;
use serde_json::json;
use sqlx::types::Uuid;
use sqlx::types::time::OffsetDateTime;
use tokio::sync::Mutex;

use database::Database;

#[derive(authgate::Principal, Deserialize)]
struct User {
    #[principal(id)]
    sub: String,
    /// A time in seconds since 1970.
    #[serde(default)]
    released: i64,
}

#[derive(Clone, Debug, PartialEq)]
struct File {
    id: i64,
    owner: Option<Uuid>,
    digest: Option<Vec<u8>>,
    published: Option<OffsetDateTime>,
    level: Option<i32>,
    open: bool,
    title: Option<String>,
    readers: Vec<Option<Uuid>>,
}

fn id(id: Uuid) -> ColumnValue<'static> {
    ColumnValue::Uuid(id.into_bytes())
}

fn time(time: OffsetDateTime) -> ColumnValue<'static> {
    ColumnValue::Timestamp(i64::try_from(time.unix_timestamp_nanos().div_euclid(1_000)).unwrap())
}

const OWNER: Column<File> = Column::new("owner", |file| file.owner.map(id).into());
const DIGEST: Column<File> = Column::new("digest", |file| file.digest.as_deref().into());
const PUBLISHED: Column<File> = Column::new("published", |file| file.published.map(time).into());
const LEVEL: Column<File> = Column::new("level", |file| file.level.into());
const OPEN: Column<File> = Column::new("open", |file| file.open.into());
const TITLE: Column<File> = Column::new("title", |file| file.title.as_deref().into());
const READERS: Related<File> = Related::new("readers", "file", "files.id", "reader", |file| {
    file.readers.iter().map(|reader| reader.map(id).into()).collect()
});

/// Allows the owner, the readers, and every caller at the time of a release.
struct CanRead;

impl ListPolicy<File> for CanRead {
    type Principal = User;

    fn filter(user: &User) -> Filter<File> {
        // A subject that is not a UUID must not become `NULL`, which is a file without an owner.
        let Ok(subject) = Uuid::parse_str(&user.sub) else { return Filter::nothing() };
        let released = ColumnValue::Timestamp(user.released * 1_000_000);
        OWNER.is(id(subject)).or(READERS.has(id(subject))).or(PUBLISHED.is(released))
    }
}

impl Listable for File {
    type By = CanRead;
}

#[derive(Clone, FromRef)]
struct App {
    gate: Gate<User>,
    database: Arc<Mutex<Database>>,
}

/// Lists the ids of the files that the caller may read.
async fn list(visible: VisibleList<File>, State(database): State<Arc<Mutex<Database>>>) -> String {
    let mut database = database.lock().await;
    let condition = visible.sql(database.placeholders());
    let rows = database.files(&condition).await.unwrap();
    let page: Granted<CanRead, authgate::visible::Page<File>, User> = visible.page(Loaded::from_store(rows));
    page.iter().map(|file| file.id.to_string()).collect::<Vec<_>>().join(" ")
}

const ADA: Uuid = Uuid::from_u128(0x0d4e_8f5c_0000_4000_8000_0000_0000_0001);
const VERA: Uuid = Uuid::from_u128(0x0d4e_8f5c_0000_4000_8000_0000_0000_0002);

/// Returns a time with microseconds.
fn at(micros: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000).unwrap()
}

fn files() -> Vec<File> {
    let plain = File {
        id: 0,
        owner: None,
        digest: None,
        published: None,
        level: None,
        open: false,
        title: None,
        readers: Vec::new(),
    };
    let mut files = vec![
        File { owner: Some(ADA), digest: Some(vec![0, 255, b'\'']), level: Some(1), ..plain.clone() },
        File { owner: Some(VERA), digest: Some(Vec::new()), readers: vec![Some(ADA)], ..plain.clone() },
        File { published: Some(at(1_700_000_000_000_001)), open: true, level: Some(-1), ..plain.clone() },
        File { published: Some(at(1_700_000_000_000_000)), title: Some("o'neil".into()), ..plain.clone() },
        File {
            published: Some(at(-1)),
            digest: Some(vec![0]),
            readers: vec![None, Some(VERA)],
            ..plain.clone()
        },
        File {
            owner: Some(Uuid::nil()),
            digest: Some(VERA.as_bytes().to_vec()),
            level: Some(0),
            ..plain.clone()
        },
        File { title: Some("O'Neil ".into()), digest: Some(b"ada".to_vec()), open: true, ..plain.clone() },
        plain,
    ];
    files.iter_mut().zip(1..).for_each(|(file, id)| file.id = id);
    files
}

/// Returns filters of each kind of value.
fn filters() -> Vec<fn() -> Filter<File>> {
    vec![
        || OWNER.is(id(ADA)),
        || OWNER.is(id(Uuid::nil())),
        || OWNER.is(id(Uuid::max())),
        || OWNER.is(ColumnValue::Null),
        || OWNER.is_one_of([Some(id(VERA)), None, Some(id(ADA))]),
        || DIGEST.is(&[0, 255, b'\''][..]),
        || DIGEST.is(Vec::new()),
        || DIGEST.is_one_of([vec![0], VERA.as_bytes().to_vec(), b"ada".to_vec()]),
        || PUBLISHED.is(time(at(1_700_000_000_000_001))),
        || PUBLISHED.is_one_of([time(at(1_700_000_000_000_000)), time(at(-1)), time(at(0))]),
        || PUBLISHED.is(None::<std::time::SystemTime>),
        || PUBLISHED.is(std::time::UNIX_EPOCH - std::time::Duration::from_nanos(1)),
        || LEVEL.is(1),
        || LEVEL.is_one_of([i64::MIN, 0, -1, i64::MAX]),
        || OPEN.is(true),
        || TITLE.is("o'neil"),
        || TITLE.is_one_of(["O'Neil", "O'Neil ", ""]),
        || READERS.has(id(ADA)),
        || READERS.has(id(VERA)).negate(),
        || CanRead::filter(&User { sub: ADA.to_string(), released: 1_700_000_000 }),
    ]
}

/// A database finds the files that the filter matches in memory, for each filter and each pair.
async fn assert_same_in_memory_and_in_sql(mut database: Database) {
    let files = files();
    database.fill(&files).await;
    let all = database.files(&Filter::<File>::everything().sql(database.placeholders())).await.unwrap();
    assert_eq!(all, files, "values survive the database");
    let mut found = 0;
    for one in filters() {
        for other in filters() {
            for filter in [one(), one().negate(), one().or(other()), one().and(other().negate())] {
                let rows = database.files(&filter.sql(database.placeholders())).await.unwrap();
                let expected: Vec<_> = files.iter().filter(|file| filter.matches(file)).cloned().collect();
                assert_eq!(rows, expected, "{filter:?}");
                found += rows.len();
            }
        }
    }
    assert!(found > 1_000, "{found}");
}

/// Asks for the list through HTTP.
async fn assert_list_is_served(mut database: Database) {
    database.fill(&files()).await;
    let gate = Gate::builder().scheme(bearer()).build().unwrap();
    let state = App { gate, database: Arc::new(Mutex::new(database)) };
    let app = Router::new().route("/files", get(list)).with_state(state);
    ask(&app, "GET /files", &[]).await.assert_denied(401, "credentials_missing", &[r#"Bearer realm="api""#]);
    for (claims, expected) in [
        (json!({ "sub": ADA.to_string() }), "1 2"),
        (json!({ "sub": ADA.to_string().to_uppercase(), "released": 1_700_000_000 }), "1 2 4"),
        (json!({ "sub": VERA.to_string() }), "2 5"),
        (json!({ "sub": Uuid::nil().to_string() }), "6"),
        (json!({ "sub": Uuid::max().to_string() }), ""),
        // Not a UUID: no file, and not the files without an owner.
        (json!({ "sub": "' OR 1 = 1 --" }), ""),
    ] {
        ask_with(&app, "GET /files", &token(&claims)).await.assert_is(200, expected);
    }
    let answer = ask_with(&app, "GET /files", &token(&json!({ "released": "now" }))).await;
    assert_eq!(answer.reason(), "credentials_malformed");
}

#[tokio::test]
async fn sqlite_finds_uuids_bytes_and_times_as_memory_does() {
    assert_same_in_memory_and_in_sql(Database::sqlite().await).await;
}

#[tokio::test]
async fn sqlite_serves_a_list_by_uuid_and_time() {
    assert_list_is_served(Database::sqlite().await).await;
}

#[tokio::test]
#[ignore = "requires PostgreSQL, which .ci/postgres starts"]
async fn postgres_finds_uuids_bytes_and_times_as_memory_does() {
    assert_same_in_memory_and_in_sql(Database::postgres().await).await;
}

#[tokio::test]
#[ignore = "requires PostgreSQL, which .ci/postgres starts"]
async fn postgres_serves_a_list_by_uuid_and_time() {
    assert_list_is_served(Database::postgres().await).await;
}

/// A text of PostgreSQL has no NUL character, and a query with one fails.
#[tokio::test]
#[ignore = "requires PostgreSQL, which .ci/postgres starts"]
async fn postgres_rejects_a_text_with_nul_and_a_value_of_another_kind() {
    for filter in [TITLE.is("a\0b"), OWNER.is(ADA.to_string()), DIGEST.is(id(ADA)), PUBLISHED.is(1)] {
        let mut database = Database::postgres().await;
        database.fill(&files()).await;
        assert!(database.files(&filter.sql(database.placeholders())).await.is_err(), "{filter:?}");
        assert!(!files().iter().any(|file| filter.matches(file)), "{filter:?}");
    }
}
