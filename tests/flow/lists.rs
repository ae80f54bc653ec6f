//! Lists that are filtered in the database query. The query returns exactly what single reads
//! allow.

mod equal;
mod served;
mod store;
mod typed;

use authgate::visible::{Column, Filter, ListPolicy, Listable, Related};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, authgate::Principal, Deserialize)]
pub(crate) struct User {
    #[principal(id)]
    sub: String,
    /// The folders that the user audits. `None` selects documents without a folder.
    #[serde(default)]
    folders: Vec<Option<String>>,
}

/// A document, which the database stores in two tables.
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

/// Allows the owner, users that the document is shared with, and every caller if the document is
/// open.
pub(crate) struct CanRead;

impl ListPolicy<Document> for CanRead {
    type Principal = User;

    fn filter(user: &User) -> Filter<Document> {
        OWNER.is(&user.sub).or(OPEN.is(true)).or(READERS.has(&user.sub))
    }
}

/// Allows documents in the user's folders that the user neither owns nor shares. Also allows open
/// documents with a level.
pub(crate) struct CanAudit;

impl ListPolicy<Document> for CanAudit {
    type Principal = User;

    fn filter(user: &User) -> Filter<Document> {
        let own = OWNER.is(&user.sub).or(READERS.has(&user.sub));
        let leveled = LEVEL.is(None::<i64>).negate().and(OPEN.is(true));
        FOLDER.is_one_of(user.folders.clone()).and(own.negate()).or(leveled)
    }
}

impl Listable for Document {
    type By = CanRead;
}
