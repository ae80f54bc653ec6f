//! `cargo authgate diff`: exit codes, arguments, documents and unreadable files.

use crate::run::{Folder, document, lock};

fn two(old: &[&str], new: &[&str]) -> Folder {
    let folder = Folder::new();
    folder.write("old.lock", lock(old));
    folder.write("new.lock", lock(new));
    folder
}

#[test]
fn exits_with_the_code_of_the_worst_verdict() {
    for (old, new, expected) in [
        (&["GET /x role:admin"][..], &["GET /x role:admin"][..], 0),
        (&["GET /x role:admin | role:editor"], &["GET /x role:editor"], 0),
        (&["GET /x role:editor"], &["GET /x role:admin"], 0),
        (&[], &["GET /x role:admin"], 0),
        (&["GET /x role:admin"], &[], 0),
        (&["GET /x role:admin"], &["GET /x role:editor"], 1),
        (&["GET /x policy:A on T"], &["GET /x policy:B on T"], 1),
        (&["GET /x role:admin"], &["GET /x role:admin conceal"], 1),
        (&["GET /x role:admin"], &["GET /x public \"why\""], 2),
        (&["GET /x role:admin"], &["GET /x ungated \"why\""], 2),
        (&[], &["GET /x public \"why\""], 2),
        (&["GET /x role:admin", "GET /y role:admin"], &["GET /x role:editor", "GET /y public \"why\""], 2),
    ] {
        let (code, text, error) = two(old, new).run(&["diff", "old.lock", "new.lock"]);
        assert_eq!((code, error.as_str()), (expected, ""), "{old:?} -> {new:?}: {text}");
    }
}

#[test]
fn overrides_exit_codes() {
    let folder = two(&["GET /x role:admin"], &["GET /x role:editor", "GET /y role:admin"]);
    let run = |more: &[&str]| folder.run(&[&["diff", "old.lock", "new.lock"], more].concat());
    assert_eq!(run(&["--exit", "widened=0"]).0, 0);
    assert_eq!(run(&["--exit", "new=9"]).0, 9);
    assert_eq!(run(&["--exit", "new=9", "--exit", "new=0", "--exit=widened=4"]).0, 4);
    for (argument, expected) in [
        (
            "newer=1",
            "unknown verdict `newer`: expected one of newly-public, widened, changed, new, narrowed, gone, same-meaning",
        ),
        ("new=256", "invalid exit code `256`: expected 0 to 255"),
        ("new", "expected VERDICT=CODE, such as new=1"),
    ] {
        let (code, text, error) = run(&["--exit", argument]);
        assert_eq!((code, text.as_str()), (3, ""));
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn accepts_the_name_that_cargo_passes_first() {
    let folder = two(&["GET /x role:admin"], &["GET /x role:editor"]);
    let expected = "WIDENED GET /x  role:admin -> role:editor (+editor)\n";
    for arguments in [&["authgate", "diff", "old.lock", "new.lock"][..], &["diff", "old.lock", "new.lock"]] {
        assert_eq!(folder.run(arguments), (1, expected.to_owned(), String::new()));
    }
    assert_eq!(folder.run(&["diff", "new.lock", "new.lock"]).1, "no changes\n");
}

#[test]
fn reads_standard_input() {
    let folder = two(&["GET /x role:admin"], &[]);
    let (code, text, _) = folder.run_in("", &["diff", "old.lock", "-"], &lock(&["GET /x role:viewer"]));
    assert_eq!((code, text.as_str()), (1, "WIDENED GET /x  role:admin -> role:viewer (+viewer)\n"));
    let (code, _, error) = folder.run_in("", &["diff", "-", "-"], "");
    assert_eq!(
        (code, error.as_str()),
        (3, "error: OLD and NEW are both standard input: name a file or a revision\n")
    );
    let (code, _, error) = folder.run_in("", &["diff", "old.lock", "-"], "");
    assert_eq!(code, 3);
    assert!(error.starts_with("error: standard input: line 1, column 1: the file is empty"), "{error}");
}

#[test]
fn exits_with_3_for_unreadable_input() {
    let folder = two(&["GET /x role:admin"], &["GET /x role:nobody"]);
    folder.write("latin.lock", b"access.lock v1\n# \xe9\n");
    for (arguments, expected) in [
        (
            &["diff", "old.lock", "new.lock"][..],
            "error: new.lock: line 5, column 13: unknown role `nobody`: expected one of",
        ),
        (
            &["diff", "latin.lock", "new.lock"],
            "error: latin.lock: line 2: invalid UTF-8: save the file as UTF-8",
        ),
        (
            &["diff", "missing.lock", "new.lock"],
            "error: `missing.lock` is not a file, and git failed: fatal: not a git repository",
        ),
        (&["diff", "old.lock"], "error: the following required arguments were not provided:\n  <NEW>"),
        (
            &["diff", "old.lock", "new.lock", "--format", "pdf"],
            "error: invalid value 'pdf' for '--format <FORMAT>'",
        ),
        (&["dif"], "error: unrecognized subcommand 'dif'"),
        (&[], "Compares, shows and lints"),
    ] {
        let (code, text, error) = folder.run(arguments);
        assert_eq!((code, text.as_str()), (3, ""), "{arguments:?}: {error}");
        assert!(error.starts_with(expected), "{arguments:?}: {error}");
    }
}

#[test]
fn exits_with_0_for_help() {
    let folder = Folder::new();
    let (code, text, _) = folder.run(&["authgate", "diff", "--help"]);
    assert_eq!(code, 0);
    assert!(
        text.contains("Usage: cargo authgate diff [OPTIONS] <OLD> <NEW>") && text.contains("Exit codes"),
        "{text}"
    );
    assert_eq!(folder.run(&["--version"]).1, format!("cargo authgate {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn writes_no_escape_sequences_to_a_pipe() {
    let folder = two(&["GET \"/\\u{1b}[2Jx\" role:admin"], &["GET \"/\\u{1b}[2Jx\" public \"\\u{1b}[2J\""]);
    for format in ["text", "markdown", "sarif"] {
        let (code, text, _) = folder.run(&["diff", "old.lock", "new.lock", "--format", format]);
        assert_eq!(code, 2);
        assert!(!text.contains('\u{1b}'), "{text}");
    }
}

#[test]
fn compares_documents_and_locks() {
    let folder = two(&["GET /x role:admin"], &["GET /x role:editor"]);
    folder.write("old.json", document(&["GET /x role:admin"]));
    folder.write("new.json", document(&["GET /x role:editor"]));
    let expected = (1, "WIDENED GET /x  role:admin -> role:editor (+editor)\n".to_owned(), String::new());
    for (old, new) in [("old.json", "new.json"), ("old.lock", "new.json"), ("old.json", "new.lock")] {
        assert_eq!(folder.run(&["diff", old, new]), expected, "{old} {new}");
    }
    assert_eq!(folder.run_in("", &["diff", "old.json", "-"], &document(&["GET /x role:editor"])), expected);
    let sarif = folder.run(&["diff", "old.json", "new.json", "--format", "sarif"]).1;
    assert!(sarif.contains("\"uri\": \"new.json\"") && !sarif.contains("startLine"), "{sarif}");
}

#[test]
fn rejects_bad_documents() {
    let folder = two(&["GET /x role:admin"], &[]);
    let document = document(&["GET /x role:admin"]);
    for (text, expected) in [
        ("{".to_owned(), "bad.json: line 1, column 1: "),
        ("{}".to_owned(), "bad.json: line 1, column 2: "),
        (document.replace("\"version\": 1", "\"version\": 2"), "bad.json: version: "),
        (document.replace("role:admin", "role:nobody"), "bad.json: routes[0].access: column 6: "),
        (document.replace("\"GET\"", "\"get\""), "bad.json: routes[0].method: "),
    ] {
        folder.write("bad.json", &text);
        let (code, out, error) = folder.run(&["diff", "old.lock", "bad.json"]);
        assert_eq!((code, out.as_str()), (3, ""), "{text}");
        assert!(error.starts_with(&format!("error: {expected}")), "{error}");
    }
}

#[test]
fn ignores_comments() {
    let folder = two(&["GET /x role:admin"], &["GET /x role:admin"]);
    folder.write("new.lock", lock(&["GET /x role:admin"]).replace("role ", "# for people\nrole "));
    let expected = (0, "no changes\n".to_owned(), String::new());
    assert_eq!(folder.run(&["diff", "old.lock", "new.lock"]), expected);
}
