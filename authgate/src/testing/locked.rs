//! Checks that the router matches the committed lock.

mod bless;
mod differences;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use bless::{Bless, write};
use differences::differences;

use crate::access::Table;
use authgate_access::changes::Changes;
use authgate_access::lock::{Lock, LockError};

/// Asserts that a router's access table matches the committed lock. The path is relative to the
/// package.
///
/// `AUTHGATE_BLESS=1 cargo test` rewrites the lock, and keeps its comments. It does not touch a
/// file that it cannot parse as a lock, such as one with a merge conflict.
/// `AUTHGATE_BLESS=overwrite` overwrites such a file.
///
/// Neither writes in CI, where `CI` is set. A lock that is written there matches any router, and is
/// not reviewed.
///
/// The order of lines, spaces and comments does not matter.
///
/// [`manual::reviewing`](crate::manual::reviewing) explains how to work with the lock.
///
/// # Examples
///
/// ```no_run
/// fn routes() -> authgate::Router {
///     authgate::Router::new()
/// }
///
/// #[test]
/// fn access_is_as_reviewed() {
///     authgate::testing::assert_locked(&routes().access(), "access.lock");
/// }
/// ```
///
/// # Panics
///
/// Panics if the lock differs, is missing, or cannot be read. Panics if writing the lock fails.
#[track_caller]
pub fn assert_locked(table: &Table, path: impl AsRef<Path>) {
    let path = path.as_ref();
    let found = Locked { name: path, file: in_package(path), bless: Bless::asked() };
    if let Err(why) = found.check(&table.lock()) {
        #[expect(clippy::panic, reason = "an assertion panics")]
        {
            panic!("{why}");
        }
    }
}

/// Cargo sets this variable for tests, regardless of the directory in which it was started.
pub(super) fn in_package(path: &Path) -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default().join(path)
}

/// A committed lock, and whether it should be written.
struct Locked<'a> {
    /// The path in the test.
    name: &'a Path,
    file: PathBuf,
    bless: Bless,
}

impl Locked<'_> {
    fn check(&self, router: &Lock) -> Result<(), String> {
        let file = self.file.display();
        let Some(bytes) = self.read()? else {
            return if self.bless.writes() {
                write(&self.file, &self.text(router)?)
            } else {
                let how = self.bless.how("create it and review it");
                Err(format!("the access lock {file} is missing\n\n{how}"))
            };
        };
        match parse(&bytes) {
            Ok((text, _)) if self.bless.writes() => {
                self.text(router)?;
                let again = router.rewrite(text).map_err(|error| self.at(&error))?;
                if again == text { Ok(()) } else { write(&self.file, &again) }
            }
            Ok((_, committed)) => self.compare(&committed, router),
            Err(_) if self.bless.overwrites() => write(&self.file, &self.text(router)?),
            Err(error) => {
                let how = self.bless.overwrite_instructions("overwrite it, and lose its comments");
                Err(format!("{}\n\n{how}", self.at(&error)))
            }
        }
    }

    fn compare(&self, committed: &Lock, router: &Lock) -> Result<(), String> {
        let differences = differences(committed, router);
        if differences.is_empty() {
            return Ok(());
        }
        let meaning = meaning(committed, router);
        let how = self.bless.how("review the difference; if it is intended, accept it");
        Err(format!(
            "the router differs from the committed access lock\n\n--- {}\n+++ the router\n{differences}{meaning}\n{how}",
            self.name.display()
        ))
    }

    /// Returns the text of the router's lock, if it can be parsed again.
    fn text(&self, router: &Lock) -> Result<String, String> {
        let text = router.to_string();
        match Lock::parse(&text) {
            Ok(_) => Ok(text),
            Err(error) => Err(format!(
                "{} is not written, because it could not be parsed: two items of the router have the same name, \
                 {error}\n\n{text}",
                self.name.display()
            )),
        }
    }

    fn read(&self) -> Result<Option<Vec<u8>>, String> {
        match fs::read(&self.file) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(format!("the access lock {} cannot be read: {error}", self.file.display())),
        }
    }

    /// Formats an error with a location that editors recognize.
    fn at(&self, error: &LockError) -> String {
        format!("{}:{}:{}: {}", self.name.display(), error.line(), error.column(), error.text())
    }
}

/// Returns the meaning of the differences, on separate lines.
fn meaning(committed: &Lock, router: &Lock) -> String {
    format!("\nmeaning:\n{}", Changes::between(committed, router))
}

fn parse(bytes: &[u8]) -> Result<(&str, Lock), LockError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let before = String::from_utf8_lossy(before);
        let (line, column) = before
            .split('\n')
            .enumerate()
            .last()
            .map_or((1, 1), |(at, last)| (at + 1, last.chars().count() + 1));
        LockError::new(line, column, "invalid UTF-8: save the file as UTF-8")
    })?;
    Lock::parse(text).map(|lock| (text, lock))
}
