//! Lists that are narrowed in the query: what the database finds is what single reads are allowed, and nothing else gets out.

mod equal;
mod served;
mod store;

use authgate::visible::{Column, Filter, Listed, Related, Visibility};
use serde::{Deserialize, Serialize};

/// Who calls.
#[derive(Clone, Debug, authgate::Principal, Deserialize)]
pub(crate) struct User {
    #[principal(id)]
    sub: String,
    /// In which folders he audits; `None` is what lies in none.
    #[serde(default)]
    folders: Vec<Option<String>>,
}

/// A document, with what the database keeps in two tables.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Document {
    id: i64,
    owner: Option<String>,
    folder: Option<String>,
    level: Option<i64>,
    open: bool,
    #[serde(skip)]
    readers: Vec<Option<String>>,
}

const OWNER: Column<Document> = Column::new("owner", |document| document.owner.as_deref().into());
const FOLDER: Column<Document> =
    Column::new("documents.folder", |document| document.folder.as_deref().into());
const LEVEL: Column<Document> = Column::new("level", |document| document.level.into());
const OPEN: Column<Document> = Column::new("open", |document| document.open.into());
const READERS: Related<Document> = Related::new("shares", "document", "documents.id", "reader", |document| {
    document.readers.iter().map(|reader| reader.as_deref().into()).collect()
});

/// The owner, with whom it is shared, and everybody if it is open.
pub(crate) struct CanRead;

impl Visibility<Document> for CanRead {
    type Principal = User;

    fn filter(user: &User) -> Filter<Document> {
        OWNER.is(&user.sub).or(OPEN.is(true)).or(READERS.has(&user.sub))
    }
}

/// What lies in his folders and is not his and not shared with him; besides, what is open and has a level.
pub(crate) struct CanAudit;

impl Visibility<Document> for CanAudit {
    type Principal = User;

    fn filter(user: &User) -> Filter<Document> {
        let own = OWNER.is(&user.sub).or(READERS.has(&user.sub));
        let leveled = LEVEL.is(None::<i64>).negate().and(OPEN.is(true));
        FOLDER.is_one_of(user.folders.clone()).and(own.negate()).or(leveled)
    }
}

impl Listed for Document {
    type By = CanRead;
}
