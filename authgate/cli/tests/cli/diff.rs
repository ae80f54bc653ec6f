//! Exit codes, arguments and unreadable files.

use crate::run::{Folder, lock};

fn two(old: &[&str], new: &[&str]) -> Folder {
    let folder = Folder::new();
    folder.write("old.lock", lock(old));
    folder.write("new.lock", lock(new));
    folder
}

#[test]
fn the_exit_code_is_that_of_the_worst() {
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
fn exit_codes_can_be_said() {
    let folder = two(&["GET /x role:admin"], &["GET /x role:editor", "GET /y role:admin"]);
    let run = |more: &[&str]| folder.run(&[&["diff", "old.lock", "new.lock"], more].concat());
    assert_eq!(run(&["--exit", "widened=0"]).0, 0);
    assert_eq!(run(&["--exit", "new=9"]).0, 9);
    assert_eq!(run(&["--exit", "new=9", "--exit", "new=0", "--exit=widened=4"]).0, 4);
    for (said, expected) in [
        (
            "newer=1",
            "`newer` is no verdict: they are newly-public, widened, changed, new, narrowed, gone, same-meaning",
        ),
        ("new=256", "`256` is no exit code: they are 0 to 255"),
        ("new", "write a verdict, `=` and a code: new=1"),
    ] {
        let (code, text, error) = run(&["--exit", said]);
        assert_eq!((code, text.as_str()), (3, ""));
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn cargo_starts_it_with_its_own_name_first() {
    let folder = two(&["GET /x role:admin"], &["GET /x role:editor"]);
    let expected = "WIDENED GET /x  role:admin -> role:editor (+editor)\n";
    for arguments in [&["authgate", "diff", "old.lock", "new.lock"][..], &["diff", "old.lock", "new.lock"]] {
        assert_eq!(folder.run(arguments), (1, expected.to_owned(), String::new()));
    }
    assert_eq!(folder.run(&["diff", "new.lock", "new.lock"]).1, "nothing has changed\n");
}

#[test]
fn standard_input_is_a_minus() {
    let folder = two(&["GET /x role:admin"], &[]);
    let (code, text, _) = folder.run_in("", &["diff", "old.lock", "-"], &lock(&["GET /x role:viewer"]));
    assert_eq!((code, text.as_str()), (1, "WIDENED GET /x  role:admin -> role:viewer (+viewer)\n"));
    let (code, _, error) = folder.run_in("", &["diff", "-", "-"], "");
    assert_eq!(
        (code, error.as_str()),
        (3, "error: OLD and NEW are both standard input: let one be a file or a revision\n")
    );
    let (code, _, error) = folder.run_in("", &["diff", "old.lock", "-"], "");
    assert_eq!(code, 3);
    assert!(error.starts_with("error: standard input: line 1, column 1: there is nothing in it"), "{error}");
}

#[test]
fn what_cannot_be_read_is_3_and_says_where() {
    let folder = two(&["GET /x role:admin"], &["GET /x role:nobody"]);
    folder.write("latin.lock", b"access.lock v1\n# \xe9\n");
    for (arguments, expected) in [
        (
            &["diff", "old.lock", "new.lock"][..],
            "error: new.lock: line 5, column 13: no role is called `nobody`, the roles are",
        ),
        (
            &["diff", "latin.lock", "new.lock"],
            "error: latin.lock: line 2: this is not UTF-8: save the file as UTF-8",
        ),
        (
            &["diff", "missing.lock", "new.lock"],
            "error: `missing.lock` is no file here, and git says: fatal: not a git repository",
        ),
        (&["diff", "old.lock"], "error: the following required arguments were not provided:\n  <NEW>"),
        (
            &["diff", "old.lock", "new.lock", "--format", "pdf"],
            "error: invalid value 'pdf' for '--format <FORMAT>'",
        ),
        (&["dif"], "error: unrecognized subcommand 'dif'"),
        (&[], "What access locks say"),
    ] {
        let (code, text, error) = folder.run(arguments);
        assert_eq!((code, text.as_str()), (3, ""), "{arguments:?}: {error}");
        assert!(error.starts_with(expected), "{arguments:?}: {error}");
    }
}

#[test]
fn help_is_no_failure() {
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
fn a_pipe_has_no_colours_and_what_a_lock_says_none_either() {
    let folder = two(&["GET \"/\\u{1b}[2Jx\" role:admin"], &["GET \"/\\u{1b}[2Jx\" public \"\\u{1b}[2J\""]);
    for format in ["text", "markdown", "sarif"] {
        let (code, text, _) = folder.run(&["diff", "old.lock", "new.lock", "--format", format]);
        assert_eq!(code, 2);
        assert!(!text.contains('\u{1b}'), "{text}");
    }
}
