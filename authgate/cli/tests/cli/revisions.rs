//! Locks in git revisions.

use crate::run::{Folder, lock};

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
fn a_revision_is_its_lock() {
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
fn the_lock_is_looked_for_from_the_current_folder() {
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
    assert!(error.contains("a revision the lock's path is one from the current folder"), "{error}");
}

#[test]
fn a_lock_that_was_not_there_is_an_error_or_empty() {
    let folder = repository();
    let (code, text, error) = folder.run(&["diff", "HEAD~2", "main"]);
    assert_eq!((code, text.as_str()), (3, ""));
    assert_eq!(
        error,
        "error: there is no `access.lock` at `HEAD~2`: say with --lock where the lock is, from the current folder, or say \
         --missing-is-empty, and every route is new\n"
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
        "error: `mian` is neither a file here nor a revision that git knows: name the lock's file, or fetch the revision first\n"
    );
}

#[test]
fn a_file_goes_before_a_revision_of_its_name() {
    let folder = repository();
    folder.write("main", lock(&["GET /x role:viewer"]));
    let to_viewer = "WIDENED GET /x  role:editor -> role:viewer (+viewer)\n";
    assert_eq!(folder.run(&["diff", "HEAD", "main"]).1, to_viewer);
    assert_eq!(folder.run(&["diff", "HEAD", "refs/heads/main"]).1, "nothing has changed\n");
    // A folder is not a file.
    folder.git(&["branch", "service"]);
    assert_eq!(folder.run(&["diff", "HEAD", "service"]).1, "nothing has changed\n");
}

#[test]
fn no_argument_is_an_option_of_git() {
    let folder = repository();
    for revision in ["--output=pwned", "-h", "--upload-pack=touch pwned", "--all"] {
        let (code, _, error) = folder.run(&["diff", "--", revision, "main"]);
        assert_eq!(code, 3, "{revision}");
        assert!(error.contains("is neither a file here nor a revision that git knows"), "{error}");
    }
    assert!(!folder.path().join("pwned").exists());
}

#[test]
fn a_folder_at_a_revision_is_no_lock() {
    let folder = repository();
    let (code, _, error) = folder.run(&["diff", "main:service", "main"]);
    assert_eq!(code, 3);
    assert!(error.contains("is the path that of a folder? name the lock's file"), "{error}");
}
