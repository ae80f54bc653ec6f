//! `cargo authgate page`

use crate::run::{Folder, document, lock};

/// Returns a document whose route is registered at `src/main.rs:7`.
fn with_source() -> String {
    let text = document(&["GET /x role:admin"]);
    text.replace("\"file\": \"\"", "\"file\": \"src/main.rs\"").replace("\"line\": 0", "\"line\": 7")
}

#[test]
fn writes_a_page_of_a_lock_or_a_document() {
    let folder = Folder::new();
    folder.write("access.lock", lock(&["GET /x role:admin"]));
    folder.write("access.json", with_source());
    for (file, has_source) in [("access.lock", false), ("access.json", true)] {
        let link = "https://example.com/{file}#L{line}";
        let arguments = ["page", file, "--title", "Rules & <roles>", "--source-link", link];
        let (code, text, error) = folder.run(&arguments);
        assert_eq!((code, error.as_str()), (0, ""));
        assert!(text.starts_with("<!doctype html>") && text.ends_with("</html>\n"));
        assert!(text.contains("<title>Rules &amp; &lt;roles&gt;</title>"), "{text}");
        assert_eq!(text.contains("href=\"https://example.com/src/main.rs#L7\""), has_source, "{text}");
    }
    let (code, text, _) = folder.run_in("", &["page", "-"], &lock(&["GET /x role:admin"]));
    assert!(code == 0 && text.contains("role:</i>admin"), "{text}");
}

#[test]
fn rejects_bad_input() {
    let folder = Folder::new();
    folder.write("access.lock", lock(&["GET /x role:admin"]));
    folder.write("bad.json", "{\"version\": 1");
    for (arguments, expected) in [
        (&["access.lock", "--source-link", "javascript:alert(1)"][..], "error: --source-link: "),
        (&["access.lock", "--source-link", "https://example.com/"], "error: --source-link: "),
        (&["bad.json"], "error: bad.json: line 1, column 13: "),
        (&["missing.json"], "error: `missing.json` is not a file"),
        (&[], "error: the following required arguments were not provided"),
    ] {
        let (code, text, error) = folder.run(&[&["page"], arguments].concat());
        assert_eq!((code, text.as_str()), (3, ""), "{arguments:?}");
        assert!(error.starts_with(expected), "{error}");
    }
}
