//! `cargo authgate lint`

use serde_json::Value;

use crate::run::{Folder, document, lock};

const ODD: [&str; 3] = ["GET /x role:viewer", "PUT /x role:admin", "DELETE /x role:editor"];

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("access.lock", lock(&ODD));
    folder.write("access.json", document(&ODD));
    let accepting =
        ["GET /x role:viewer", "PUT /x role:admin", "DELETE /x role:editor # allow(siblings): the bin"];
    folder.write("accepting.lock", lock(&accepting));
    folder
}

#[test]
fn lints_locks_and_documents() {
    let folder = folder();
    for (arguments, code, place, counts) in [
        (&["access.lock"][..], 1, " (line 7 of the lock)", "1 finding, 0 accepted"),
        (&["access.json"], 1, "", "1 finding, 0 accepted"),
        (&["access.json", "--lock", "access.lock"], 1, " (line 7 of the lock)", "1 finding, 0 accepted"),
        (&["access.json", "--lock", "accepting.lock"], 0, "", "0 findings, 1 accepted"),
        (&["accepting.lock"], 0, "", "0 findings, 1 accepted"),
    ] {
        let (found, text, error) = folder.run(&[&["lint"], arguments].concat());
        assert_eq!((found, error.as_str()), (code, ""), "{arguments:?}: {text}");
        assert!(text.ends_with(&format!("{counts}\n")), "{text}");
        if code == 1 {
            assert!(text.starts_with(&format!("warning[siblings]: DELETE /x{place}: ")), "{text}");
        }
    }
    let (code, text, _) = folder.run_in("", &["lint", "-"], &lock(&ODD));
    assert!(code == 1 && text.starts_with("warning[siblings]"), "{text}");
}

#[test]
fn skips_lints_that_need_data_a_lock_lacks() {
    let folder = Folder::new();
    let routes = ["POST /login public \"login\" # allow(public-body, two-rules): the form"];
    folder.write("access.lock", format!("access.lock v1\n{}\n", routes[0]));
    assert_eq!(
        folder.run(&["lint", "access.lock"]),
        (0, "0 findings, 0 accepted\n".to_owned(), String::new())
    );
    // Other comments are still checked.
    folder.write("access.lock", "access.lock v1\nPOST /login public \"login\" # allow(siblings): why\n");
    let (code, text, _) = folder.run(&["lint", "access.lock"]);
    assert_eq!(code, 1);
    assert!(
        text.starts_with("warning[acceptance]: POST /login (line 2 of the lock): `allow(siblings)`"),
        "{text}"
    );
}

#[test]
fn writes_sarif() {
    let folder = folder();
    let results = |file: &str, more: &[&str]| -> Vec<Value> {
        let text = folder.run(&[&["lint", file, "--format", "sarif"], more].concat()).1;
        let log: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(log["version"], "2.1.0");
        assert_eq!(log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().len(), 10);
        log["runs"][0]["results"].as_array().unwrap().clone()
    };
    let of_lock = results("access.lock", &[]);
    assert_eq!((&of_lock[0]["ruleId"], &of_lock[0]["ruleIndex"]), (&"siblings".into(), &0.into()));
    let place = &of_lock[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "access.lock");
    assert_eq!(place["region"]["startLine"], 7);
    assert!(of_lock[0].get("suppressions").is_none());
    let accepted = results("accepting.lock", &[]);
    assert_eq!(accepted[0]["suppressions"][0]["justification"], "the bin");
    let of_document = results("access.json", &[]);
    let place = &of_document[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "access.json");
    assert!(place.get("region").is_none());
    folder.write(
        "sources.json",
        document(&ODD)
            .replace("\"file\": \"\"", "\"file\": \"src/a b.rs\"")
            .replace("\"line\": 0", "\"line\": 7"),
    );
    let of_source = results("sources.json", &["--lock", "access.lock"]);
    let place = &of_source[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "src/a%20b.rs");
}

#[test]
fn compares_scopes_with_the_metadata() {
    let folder = Folder::new();
    folder.write("access.lock", "access.lock v1\nscope read\nGET /x scope:read\n");
    folder.write("metadata.json", "{\"scopes_supported\": []}");
    let (code, text, _) = folder.run(&["lint", "access.lock", "--metadata", "metadata.json"]);
    assert!(code == 1 && text.starts_with("warning[unlisted-scope]: GET /x (line 3 of the lock)"), "{text}");
}

#[test]
fn rejects_bad_input() {
    let folder = folder();
    folder.write("bad.json", "{}");
    for (arguments, expected) in [
        (
            &["access.lock", "--lock", "accepting.lock"][..],
            "error: access.lock is a lock, whose own comments accept findings: omit --lock",
        ),
        (
            &["access.json", "--lock", "access.json"],
            "error: access.json: expected a lock after --lock, found a document",
        ),
        (&["bad.json"], "error: bad.json: line 1, column 2: "),
        (&["access.json", "--metadata", "access.lock"], "error: access.lock: "),
        (&["missing.lock"], "error: `missing.lock` is not a file"),
        (&["access.lock", "--format", "html"], "error: invalid value 'html'"),
    ] {
        let (code, text, error) = folder.run(&[&["lint"], arguments].concat());
        assert_eq!((code, text.as_str()), (3, ""), "{arguments:?}");
        assert!(error.starts_with(expected), "{error}");
    }
}
