//! Checks files derived from the access table with other programs.

use std::env;
use std::path::PathBuf;

use authgate::access::document::Document;

use crate::newsroom::newsroom;
use crate::run::python;

fn document() -> Document {
    newsroom().access().document()
}

/// Writes a file for this process. After a failure, the file remains for inspection.
fn file(name: &str, text: &str) -> PathBuf {
    let file = env::temp_dir().join(format!("authgate-{}-{name}", std::process::id()));
    std::fs::write(&file, text).unwrap();
    file
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "requires Chromium, which .ci/clients installs"]
async fn page_shows_what_a_role_can_do() {
    let page = file("table.html", &document().to_html());
    python("page.py", &[page.to_str().unwrap()]).await;
    std::fs::remove_file(page).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "requires Python libraries, which .ci/clients installs"]
async fn document_is_valid_against_its_schema() {
    let (schema, json) = (file("schema.json", Document::SCHEMA), file("table.json", &document().to_json()));
    python("schema.py", &[schema.to_str().unwrap(), json.to_str().unwrap()]).await;
    [schema, json].into_iter().for_each(|file| std::fs::remove_file(file).unwrap());
}
