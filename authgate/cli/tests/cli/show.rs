//! `cargo authgate show`

use crate::run::{Folder, document, lock};

const ROUTES: [&str; 3] = ["GET /x role:admin", "POST /x role:editor & fresh:300s", "GET /y public \"why\""];

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("access.lock", lock(&ROUTES));
    folder.write("access.json", document(&ROUTES));
    folder
}

#[test]
fn filters_routes() {
    let all =
        "GET     /x role:admin\nPOST    /x role:editor & fresh:300s\nGET     /y public \"why\"\n3 routes\n";
    let post = "POST    /x role:editor & fresh:300s\n1 route\n";
    let public = "GET     /y public \"why\"\n1 route\n";
    for file in ["access.lock", "access.json"] {
        for (arguments, expected) in [
            (&[][..], all),
            (&["--method", "post"], post),
            (&["--path", "/y"], public),
            (&["--public"], public),
            (&["--path", "/nowhere"], "0 routes\n"),
        ] {
            let (code, text, error) = folder().run(&[&["show", file], arguments].concat());
            assert_eq!((code, text.as_str(), error.as_str()), (0, expected, ""), "{file} {arguments:?}");
        }
    }
}

#[test]
fn lists_routes_callable_with_a_role() {
    let (code, text, _) = folder().run(&["show", "access.lock", "--role", "editor"]);
    assert_eq!(code, 0);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], "POST    /x role:editor & fresh:300s");
    assert!(lines[1].starts_with("        if ") && lines[1].contains("5 min"), "{text}");
    assert_eq!(lines[2..], ["GET     /y public \"why\"", "2 routes"]);
    let (code, _, error) = folder().run(&["show", "access.lock", "--role", "owner"]);
    assert_eq!(code, 3);
    assert_eq!(error, "error: unknown role `owner`: expected one of `viewer`, `editor`, `admin`\n");
}

#[test]
fn writes_json_and_markdown() {
    let folder = folder();
    let json = folder.run(&["show", "access.lock", "--format", "json"]);
    assert_eq!(json, (0, document(&ROUTES), String::new()));
    let (code, markdown, _) = folder.run_in("", &["show", "-", "--format", "markdown"], &lock(&ROUTES));
    assert!(code == 0 && markdown.contains("`role:admin`"), "{markdown}");
}

#[test]
fn rejects_bad_input() {
    let folder = folder();
    folder.write("bad.lock", "access.lock v2\n");
    for (arguments, expected) in [
        (&["bad.lock"][..], "error: bad.lock: line 1, column 1: "),
        (&["missing.lock"], "error: `missing.lock` is not a file"),
        (&["access.lock", "--format", "html"], "error: invalid value 'html' for '--format <FORMAT>'"),
        (&[], "error: the following required arguments were not provided"),
    ] {
        let (code, text, error) = folder.run(&[&["show"], arguments].concat());
        assert_eq!((code, text.as_str()), (3, ""), "{arguments:?}");
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn rejects_cyclic_hierarchies() {
    let folder = Folder::new();
    folder.write("cyclic.lock", "access.lock v1\nrole a > b\nrole b > a\n");
    let (code, _, error) = folder.run(&["show", "cyclic.lock"]);
    assert_eq!(code, 3);
    assert_eq!(
        error,
        "error: cyclic.lock: line 3, column 10: the hierarchy of roles has a cycle, `a > b > a`: remove one of the \
         implications\n"
    );
}

#[test]
fn escapes_control_characters() {
    let folder = Folder::new();
    folder.write("access.lock", lock(&["GET \"/\\u{1b}[2Jx\" role:admin"]));
    folder.write("bad.lock", lock(&["GET /x role:\"\\u{1b}[2J\""]));
    for file in ["access.lock", "bad.lock"] {
        let (_, text, error) = folder.run(&["show", file]);
        assert!(!text.contains('\u{1b}') && !error.contains('\u{1b}'), "{text}{error}");
        assert!(format!("{text}{error}").contains("\\u{1b}[2J"), "{text}{error}");
    }
}
