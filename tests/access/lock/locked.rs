//! The assertion as a developer or a CI job runs it: in a separate process, with their environment.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use authgate::testing::assert_locked;
use authgate_tests::app::routes;

const LOCK: &str = "\
access.lock v1
role viewer
role editor > viewer
role admin > editor
scope reports:read
scope reports:write
GET     /admin/reports           role:admin
GET     /health                  public \"load balancer probe\"
GET     /me                      authenticated User
GET     /reports/{id}            role:viewer
PUT     /reports/{id}            role:editor & scope:reports:write
DELETE  /reports/{id}            role:admin
";

/// A test as an application writes it. The other tests run it.
#[test]
#[ignore = "the tests below run it, each with its own environment"]
fn access_is_as_reviewed() {
    if let Some(path) = std::env::var_os("LOCK_UNDER_TEST") {
        assert_locked(&routes().access(), Path::new(&path));
    }
}

/// A folder with or without a lock.
struct Folder(PathBuf);

impl Folder {
    fn with(name: &str, lock: Option<&[u8]>) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("locked").join(name);
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).unwrap();
        if let Some(lock) = lock {
            fs::write(folder.join("access.lock"), lock).unwrap();
        }
        Self(folder)
    }

    /// Returns the output of the test if it fails.
    fn run(&self, environment: &[(&str, &str)]) -> Result<(), String> {
        let mut test = Command::new(std::env::current_exe().unwrap());
        test.args(["lock::locked::access_is_as_reviewed", "--exact", "--ignored"])
            .env_remove("AUTHGATE_BLESS")
            .env_remove("CI")
            .env("RUST_BACKTRACE", "0")
            .env("CARGO_MANIFEST_DIR", &self.0)
            .env("LOCK_UNDER_TEST", "access.lock")
            .envs(environment.iter().copied());
        let output = test.output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("running 1 test"), "{text}");
        if output.status.success() {
            return Ok(());
        }
        let (_, said) = text.split_once("/lock/locked.rs:").expect(&text);
        let (_, said) = said.split_once('\n').unwrap();
        let (said, _) = said.split_once("note: run with").unwrap();
        Err(said.trim_end().replace(self.0.to_str().unwrap(), "FOLDER") + "\n")
    }

    fn lock(&self) -> Option<String> {
        // No other files are left behind.
        let names: Vec<_> = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(names.iter().all(|name| name == "access.lock" || name == "real.lock"), "{names:?}");
        fs::read(self.0.join("access.lock")).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }
}

const BLESS: (&str, &str) = ("AUTHGATE_BLESS", "1");
const OVERWRITE: (&str, &str) = ("AUTHGATE_BLESS", "overwrite");
const CI: (&str, &str) = ("CI", "true");

#[test]
fn equivalent_lock_passes_in_any_format() {
    let by_hand = "access.lock v1 # ours\n\nGET /me (authenticated) # no\n"
        .replace("(authenticated) # no", "authenticated User")
        + "role   admin > editor\nrole viewer\nrole \"editor\" > viewer\nscope reports:write\nscope reports:read\n"
        + "DELETE /reports/{id} (role:admin)\nGET /admin/reports role:admin\n\n# probes\nGET /health public \"load balancer probe\"\n"
        + "GET /reports/{id} !!role:viewer\n  PUT /reports/{id} scope:reports:write & (role:editor & role:editor)\n";
    for (name, lock) in [("same", LOCK), ("by_hand", &by_hand)] {
        let folder = Folder::with(name, Some(lock.as_bytes()));
        for environment in [&[][..], &[CI], &[CI, BLESS], &[("AUTHGATE_BLESS", "yes")]] {
            assert_eq!(folder.run(environment), Ok(()), "{environment:?}");
            assert_eq!(folder.lock().as_deref(), Some(lock));
        }
    }
}

/// Returns a lock that differs in all three ways that a line can differ.
fn changed_lock() -> String {
    LOCK.replace("role editor > viewer", "role editor")
        .replace(
            "DELETE  /reports/{id}            role:admin",
            "DELETE  /reports/{id}            role:editor # until May",
        )
        .replace(
            "GET     /me                      authenticated User\n",
            "# mine\nPOST    /me                      public \"x\"\n",
        )
}

const DIFFERENCES: &str = "\
the router differs from the committed access lock

--- access.lock
+++ the router
-role editor
+role editor > viewer
+GET     /me                      authenticated User
-POST    /me                      public \"x\"
-DELETE  /reports/{id}            role:editor
+DELETE  /reports/{id}            role:admin

meaning:
role editor -> role editor > viewer
WIDENED GET /reports/{id}  role:viewer (+editor)
NEW GET /me  authenticated User
NARROWED DELETE /reports/{id}  role:editor -> role:admin (-editor)
GONE POST /me  public \"x\"

";

#[test]
fn difference_is_reported_by_line_with_the_command_to_accept_it() {
    let folder = Folder::with("differs", Some(changed_lock().as_bytes()));
    let how = "review the difference; if it is intended, accept it:\n\n    AUTHGATE_BLESS=1 cargo test\n";
    for environment in [&[][..], &[CI], &[("AUTHGATE_BLESS", "")], &[("AUTHGATE_BLESS", "0")]] {
        assert_eq!(folder.run(environment), Err(format!("{DIFFERENCES}{how}")), "{environment:?}");
        assert_eq!(folder.lock(), Some(changed_lock()));
    }
    let unknown = format!("{DIFFERENCES}unknown value \"true\" of AUTHGATE_BLESS; {how}");
    assert_eq!(folder.run(&[("AUTHGATE_BLESS", "true")]), Err(unknown));
}

#[test]
fn bless_writes_the_lock_of_the_router_and_keeps_comments() {
    let folder = Folder::with("blessed", Some(changed_lock().as_bytes()));
    assert_eq!(folder.run(&[BLESS]), Ok(()));
    let expected = LOCK
        .replace("/reports/{id}            role:admin", "/reports/{id}            role:admin # until May");
    assert_eq!(folder.lock(), Some(expected));
    assert_eq!(folder.run(&[]), Ok(()));
}

#[test]
fn bless_writes_nothing_in_ci() {
    let folder = Folder::with("in_ci", Some(changed_lock().as_bytes()));
    let how = "AUTHGATE_BLESS writes nothing if CI is set, where the change would not be reviewed; elsewhere, review the difference; if it is intended, accept it:\n\n    AUTHGATE_BLESS=1 cargo test\n";
    for bless in [BLESS, OVERWRITE] {
        assert_eq!(folder.run(&[CI, bless]), Err(format!("{DIFFERENCES}{how}")));
        assert_eq!(folder.lock(), Some(changed_lock()));
    }
    let folder = Folder::with("none_in_ci", None);
    assert!(folder.run(&[CI, BLESS]).is_err());
    assert_eq!(folder.lock(), None);
}

#[test]
fn missing_lock_is_reported_and_created_by_bless() {
    let folder = Folder::with("none", None);
    let expected = "the access lock FOLDER/access.lock is missing\n\ncreate it and review it:\n\n    AUTHGATE_BLESS=1 cargo test\n";
    assert_eq!(folder.run(&[]), Err(expected.to_owned()));
    assert_eq!(folder.lock(), None);
    assert_eq!(folder.run(&[BLESS]), Ok(()));
    assert_eq!(folder.lock().as_deref(), Some(LOCK));
}

#[test]
fn unparsable_lock_is_overwritten_only_by_bless_overwrite() {
    let conflict =
        LOCK.replace("scope reports:read\n", "<<<<<<< HEAD\nscope reports:read\n=======\n>>>>>>> other\n");
    let mut latin = LOCK.as_bytes().to_vec();
    let at = LOCK.find("load").unwrap();
    latin[at] = 0xe9;
    let cases = [
        ("version", LOCK.replace("v1", "v7").into_bytes(), "access.lock:1:1: unsupported version 7"),
        ("conflict", conflict.into_bytes(), "access.lock:5:1: found a mark of a merge conflict"),
        ("cut", LOCK.as_bytes()[..300].to_vec(), "access.lock:10:36: the file is incomplete"),
        ("empty", Vec::new(), "access.lock:1:1: the file is empty"),
        ("crlf", LOCK.replace('\n', "\r\n").into_bytes(), "access.lock:1:15: the line ends with CR LF"),
        (
            "twice",
            [LOCK, LOCK.lines().last().unwrap(), "\n"].concat().into_bytes(),
            "access.lock:13:1: `DELETE /reports/{id}` is already on line 12",
        ),
        ("latin", latin, "access.lock:8:42: invalid UTF-8: save the file as UTF-8\n"),
    ];
    for (name, lock, begins) in cases {
        let folder = Folder::with(name, Some(&lock));
        let how = "\n\noverwrite it, and lose its comments:\n\n    AUTHGATE_BLESS=overwrite cargo test\n";
        for (environment, more) in [
            (&[][..], ""),
            (&[("AUTHGATE_BLESS", "0")], ""),
            (&[BLESS], "\nAUTHGATE_BLESS=1 overwrites only a lock that it can parse\n"),
        ] {
            let said = folder.run(environment).unwrap_err();
            assert!(said.starts_with(begins) && said.ends_with(&format!("{how}{more}")), "{name}: {said}");
            assert_eq!(fs::read(folder.0.join("access.lock")).unwrap(), lock, "{name}");
        }
        assert!(folder.run(&[CI, OVERWRITE]).unwrap_err().contains("writes nothing if CI is set"));
        assert_eq!(folder.run(&[OVERWRITE]), Ok(()), "{name}");
        assert_eq!(folder.lock().as_deref(), Some(LOCK));
    }
}

#[test]
fn unreadable_or_unwritable_lock_is_reported() {
    let folder = Folder::with("a_folder", None);
    fs::create_dir(folder.0.join("access.lock")).unwrap();
    let said = folder.run(&[OVERWRITE]).unwrap_err();
    assert!(said.starts_with("the access lock FOLDER/access.lock cannot be read: "), "{said}");
    let folder = Folder::with("nowhere", None);
    let said = folder.run(&[BLESS, ("LOCK_UNDER_TEST", "no/such/access.lock")]).unwrap_err();
    assert!(said.starts_with("the access lock FOLDER/no/such/access.lock cannot be written: "), "{said}");
}

#[cfg(unix)]
#[test]
fn bless_follows_a_symlink_and_keeps_the_file_mode() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = Folder::with("link", None);
    let real = folder.0.join("real.lock");
    fs::write(&real, "access.lock v1\n").unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("real.lock", folder.0.join("access.lock")).unwrap();
    assert_eq!(folder.run(&[BLESS]), Ok(()));
    assert_eq!(fs::read_to_string(&real).unwrap(), LOCK);
    assert!(fs::symlink_metadata(folder.0.join("access.lock")).unwrap().is_symlink());
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(folder.lock().as_deref(), Some(LOCK));
}
