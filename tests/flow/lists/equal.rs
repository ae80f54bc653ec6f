//! For any documents and callers, a list contains exactly what single reads allow.

use authgate::visible::{Filter, ListPolicy};
use authgate::{Decision, Policy};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use tokio::runtime::{Builder, Runtime};

use super::store::{BOUND, Store};
use super::{CanAudit, CanRead, Document, FOLDER, LEVEL, OPEN, OWNER, READERS, User};

/// Names that a careless comparison could confuse with each other or interpret as SQL.
const NAMES: [&str; 22] = [
    "ada",
    "Ada",
    "ADA",
    "ada ",
    " ada",
    "vera",
    "o'neil",
    "o''neil",
    "\"ada\"",
    "a%",
    "%",
    "_",
    "a_a",
    "é",
    "É",
    "e\u{301}",
    "日本",
    "",
    "1",
    "NULL",
    "a\0b",
    "'; DROP TABLE documents; --",
];

fn name() -> impl Strategy<Value = String> {
    prop_oneof![9 => select(&NAMES[..]).prop_map(str::to_owned), 1 => any::<String>()]
}

/// Returns mostly one of a few names, so that names match often.
fn frequent_name() -> impl Strategy<Value = String> {
    prop_oneof![4 => select(&NAMES[..6]).prop_map(str::to_owned), 1 => name()]
}

fn document() -> impl Strategy<Value = Document> {
    (
        option::of(frequent_name()),
        option::of(frequent_name()),
        option::of(-2..3_i64),
        any::<bool>(),
        vec(option::of(frequent_name()), 0..4),
    )
        .prop_map(|(owner, folder, level, open, readers)| Document {
            id: 0,
            owner,
            folder,
            level,
            open,
            readers,
        })
}

fn documents() -> impl Strategy<Value = Vec<Document>> {
    vec(document(), 0..24).prop_map(|mut documents| {
        for (document, id) in documents.iter_mut().zip(1..) {
            document.id = id;
        }
        documents
    })
}

fn user() -> impl Strategy<Value = User> {
    (frequent_name(), vec(option::of(frequent_name()), 0..4)).prop_map(|(sub, folders)| User { sub, folders })
}

/// A recipe for building a filter.
#[derive(Clone, Debug)]
enum Recipe {
    Everything,
    Nothing,
    Owner(Option<String>),
    Folders(Vec<Option<String>>),
    Level(Option<i64>),
    Levels(Vec<i64>),
    Open(bool),
    Reader(Option<String>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Not(Box<Self>),
}

impl Recipe {
    fn filter(&self) -> Filter<Document> {
        match self {
            Self::Everything => Filter::everything(),
            Self::Nothing => Filter::nothing(),
            Self::Owner(owner) => OWNER.is(owner.as_deref()),
            Self::Folders(folders) => FOLDER.is_one_of(folders.clone()),
            Self::Level(level) => LEVEL.is(*level),
            Self::Levels(levels) => LEVEL.is_one_of(levels.clone()),
            Self::Open(open) => OPEN.is(*open),
            Self::Reader(reader) => READERS.has(reader.as_deref()),
            Self::And(one, other) => one.filter().and(other.filter()),
            Self::Or(one, other) => one.filter().or(other.filter()),
            Self::Not(one) => one.filter().negate(),
        }
    }
}

fn recipe() -> impl Strategy<Value = Recipe> {
    let leaf = prop_oneof![
        1 => Just(Recipe::Everything),
        1 => Just(Recipe::Nothing),
        4 => option::of(frequent_name()).prop_map(Recipe::Owner),
        4 => vec(option::of(frequent_name()), 0..4).prop_map(Recipe::Folders),
        2 => option::of(-2..3_i64).prop_map(Recipe::Level),
        2 => vec(-2..3_i64, 0..3).prop_map(Recipe::Levels),
        2 => any::<bool>().prop_map(Recipe::Open),
        4 => option::of(frequent_name()).prop_map(Recipe::Reader),
    ];
    leaf.prop_recursive(5, 24, 2, |inner| {
        let pair = || (inner.clone().prop_map(Box::new), inner.clone().prop_map(Box::new));
        prop_oneof![
            pair().prop_map(|(one, other)| Recipe::And(one, other)),
            pair().prop_map(|(one, other)| Recipe::Or(one, other)),
            inner.clone().prop_map(|one| Recipe::Not(Box::new(one))),
        ]
    })
}

fn allowed<R: Policy<Document, Principal = User>>(user: &User, documents: &[Document]) -> Vec<i64> {
    let allowed = documents.iter().filter(|document| R::decide(user, document) == Decision::Allow);
    allowed.map(|document| document.id).collect()
}

/// Runs a synchronous test with a store on a new runtime.
fn with_store(run: impl FnOnce(&Runtime, &mut Store)) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let mut store = runtime.block_on(Store::new(""));
    run(&runtime, &mut store);
}

fn proptest_config() -> ProptestConfig {
    ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() }
}

#[test]
fn list_equals_the_single_reads_that_the_policy_allows() {
    with_store(|runtime, store| {
        let store = std::cell::RefCell::new(store);
        proptest!(proptest_config(), |(documents in documents(), users in vec(user(), 6))| {
            let store = &mut **store.borrow_mut();
            runtime.block_on(store.fill(&documents));
            for user in &users {
                let found = runtime.block_on(store.ids(CanRead::filter(user).sql(BOUND))).unwrap();
                prop_assert_eq!(found, allowed::<CanRead>(user, &documents));
                let found = runtime.block_on(store.ids(CanAudit::filter(user).sql(BOUND))).unwrap();
                prop_assert_eq!(found, allowed::<CanAudit>(user, &documents));
            }
        });
    });
}

#[test]
fn any_filter_matches_the_same_rows_in_memory_and_in_sql() {
    with_store(|runtime, store| {
        let store = std::cell::RefCell::new(store);
        proptest!(proptest_config(), |(documents in documents(), recipes in vec(recipe(), 12))| {
            let store = &mut **store.borrow_mut();
            runtime.block_on(store.fill(&documents));
            for recipe in &recipes {
                let filter = recipe.filter();
                let found = runtime.block_on(store.ids(filter.sql(BOUND))).unwrap();
                let expected = documents.iter().filter(|document| filter.matches(document));
                let expected: Vec<_> = expected.map(|document| document.id).collect();
                prop_assert_eq!(found, expected, "{:?}", filter);
            }
        });
    });
}

/// SQLite rejects expressions nested 1,000 levels deep.
#[tokio::test]
async fn is_one_of_thousands_of_values_is_a_valid_query() {
    let mut store = Store::new("").await;
    let document = |id: i64| Document {
        id,
        owner: None,
        folder: (id != 1).then(|| format!("f{id}")),
        level: Some(id),
        open: false,
        readers: Vec::new(),
    };
    let documents: Vec<_> = (1..=5).map(document).collect();
    store.fill(&documents).await;
    let folders: Vec<_> = (3..5000).map(|id| Some(format!("f{id}"))).collect();
    assert_eq!(store.ids(FOLDER.is_one_of(folders.clone()).sql(BOUND)).await.unwrap(), [3, 4, 5]);
    assert_eq!(store.ids(FOLDER.is_one_of(folders.clone()).negate().sql(BOUND)).await.unwrap(), [1, 2]);
    let with_none = folders.into_iter().chain([None]);
    assert_eq!(store.ids(FOLDER.is_one_of(with_none).sql(BOUND)).await.unwrap(), [1, 3, 4, 5]);
}
