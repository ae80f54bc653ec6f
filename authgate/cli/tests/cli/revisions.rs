//! Locks in git revisions.

use crate::run::{Folder, document, lock};

/// Creates a repository with three commits, and an uncommitted lock in the folder.
fn repository() -> Folder {
    let folder = Folder::new();
    folder.git(&["init", "--quiet", "--initial-branch=main"]);
    folder.write("readme", "nothing");
    folder.commit();
    folder.write("access.lock", lock(&["GET /x role:admin"]));
    folder.write("service/access.lock", lock(&["GET /s role:admin"]));
    folder.commit();
    folder.write("access.lock", lock(&["GET /x role:editor"]));
    folder.commit();
    folder.write("access.lock", lock(&["GET /x role:viewer"]));
    folder
}

const TO_EDITOR: &str = "WIDENED GET /x  role:admin -> role:editor (+editor)\n";

#[test]
fn reads_the_lock_at_a_revision() {
    let folder = repository();
    let all = |old, new| folder.run(&["diff", old, new]);
    let expected = |code, text: &str| (code, text.to_owned(), String::new());
    assert_eq!(all("HEAD~1", "main"), expected(1, TO_EDITOR));
    assert_eq!(all("main", "HEAD~1").0, 0);
    assert_eq!(
        all("main", "access.lock"),
        expected(1, "WIDENED GET /x  role:editor -> role:viewer (+viewer)\n")
    );
    assert_eq!(all("HEAD~1:access.lock", "HEAD:access.lock"), expected(1, TO_EDITOR));
    assert_eq!(
        all("main:service/access.lock", "main"),
        expected(0, "NEW GET /x  role:editor\nGONE GET /s  role:admin\n")
    );
    // From the index.
    assert_eq!(all("HEAD~1", ":access.lock"), expected(1, TO_EDITOR));
}

#[test]
fn resolves_the_lock_relative_to_the_current_directory() {
    let folder = repository();
    folder.write("service/access.lock", lock(&["GET /s role:editor"]));
    let widened = "WIDENED GET /s  role:admin -> role:editor (+editor)\n";
    assert_eq!(folder.run_in("service", &["diff", "main", "access.lock"], "").1, widened);
    let at = |path| folder.run(&["diff", "--lock", path, "main", "service/access.lock"]);
    assert_eq!(at("service/access.lock").1, widened);
    assert_eq!(at("./service/access.lock").1, widened);
    assert_eq!(
        folder.run_in("service", &["diff", "HEAD~1", "main", "--lock", "../access.lock"], "").1,
        TO_EDITOR
    );
    let (code, _, error) = folder.run(&["diff", "main", "main", "--lock", "/access.lock"]);
    assert_eq!(code, 3);
    assert!(error.contains("a path at a revision is relative to the current directory"), "{error}");
}

#[test]
fn treats_a_missing_lock_as_an_error_or_empty() {
    let folder = repository();
    let (code, text, error) = folder.run(&["diff", "HEAD~2", "main"]);
    assert_eq!((code, text.as_str()), (3, ""));
    assert_eq!(
        error,
        "error: `access.lock` is missing at `HEAD~2`: name the file as `HEAD~2:PATH`, or treat it as empty with \
         --missing-is-empty\n"
    );
    let empty = |old, new| folder.run(&["diff", "--missing-is-empty", old, new]);
    let (code, text, error) = empty("HEAD~2", "main");
    assert_eq!((code, text.contains("NEW GET /x  role:editor\n"), error.as_str()), (0, true, ""));
    // A missing new lock and an unknown revision are still errors.
    assert_eq!(empty("main", "HEAD~2").0, 3);
    assert!(!empty("main", "HEAD~2").2.contains("--missing-is-empty"));
    let (code, _, error) = empty("mian", "main");
    assert_eq!(code, 3);
    assert_eq!(
        error,
        "error: `mian` is neither a file nor a git revision: name the file, or fetch the revision\n"
    );
}

#[test]
fn prefers_a_file_to_a_revision() {
    let folder = repository();
    folder.write("main", lock(&["GET /x role:viewer"]));
    let to_viewer = "WIDENED GET /x  role:editor -> role:viewer (+viewer)\n";
    assert_eq!(folder.run(&["diff", "HEAD", "main"]).1, to_viewer);
    assert_eq!(folder.run(&["diff", "HEAD", "refs/heads/main"]).1, "no changes\n");
    // A folder is not a file.
    folder.git(&["branch", "service"]);
    assert_eq!(folder.run(&["diff", "HEAD", "service"]).1, "no changes\n");
}

#[test]
fn never_passes_arguments_to_git_as_options() {
    let folder = repository();
    for revision in ["--output=pwned", "-h", "--upload-pack=touch pwned", "--all"] {
        let (code, _, error) = folder.run(&["diff", "--", revision, "main"]);
        assert_eq!(code, 3, "{revision}");
        assert!(error.contains("is neither a file nor a git revision"), "{error}");
    }
    assert!(!folder.path().join("pwned").exists());
}

#[test]
fn rejects_a_directory_at_a_revision() {
    let folder = repository();
    let (code, _, error) = folder.run(&["diff", "main:service", "main"]);
    assert_eq!(code, 3);
    assert!(error.contains("is not a file: name the file, not its directory"), "{error}");
}

#[test]
fn reads_a_document_at_a_revision() {
    let folder = Folder::new();
    folder.git(&["init", "--quiet", "--initial-branch=main"]);
    folder.write("access.json", document(&["GET /x role:admin"]));
    folder.commit();
    folder.write("access.json", document(&["GET /x role:editor"]));
    assert_eq!(folder.run(&["diff", "--lock", "access.json", "main", "access.json"]).1, TO_EDITOR);
    assert_eq!(folder.run(&["show", "main:access.json"]).1, "GET     /x role:admin\n1 route\n");
    let (code, _, error) = folder.run(&["show", "main"]);
    assert_eq!(code, 3);
    assert_eq!(error, "error: `access.lock` is missing at `main`: name the file as `main:PATH`\n");
}
