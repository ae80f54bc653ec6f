//! Writing the lock, on request by the environment.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The request in `AUTHGATE_BLESS`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Bless {
    /// Do not write.
    No,
    /// An unknown value.
    Unknown(String),
    /// A request to write in CI, where the result is not reviewed.
    InCi,
    /// Rewrite a lock that can be parsed, and keep its comments.
    Rewrite,
    /// Overwrite the file, whatever it contains.
    Overwrite,
}

impl Bless {
    pub(super) fn asked() -> Self {
        let get = |name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        Self::of(get("AUTHGATE_BLESS").as_deref(), get("CI").as_deref())
    }

    fn of(asked: Option<&str>, ci: Option<&str>) -> Self {
        let asked = match asked {
            None | Some("" | "0" | "no" | "false") => return Self::No,
            Some("1") => Self::Rewrite,
            Some("overwrite") => Self::Overwrite,
            Some(other) => return Self::Unknown(other.to_owned()),
        };
        match ci {
            None | Some("" | "0" | "no" | "false") => asked,
            Some(_) => Self::InCi,
        }
    }

    pub(super) const fn writes(&self) -> bool {
        matches!(self, Self::Rewrite | Self::Overwrite)
    }

    pub(super) const fn overwrites(&self) -> bool {
        matches!(self, Self::Overwrite)
    }

    /// Returns how to write the lock.
    pub(super) fn how(&self, what: &str) -> String {
        self.told(what, "1")
    }

    /// Returns how to overwrite a lock that cannot be parsed.
    pub(super) fn overwrite_instructions(&self, what: &str) -> String {
        let mut how = self.told(what, "overwrite");
        if *self == Self::Rewrite {
            how.push_str("\nAUTHGATE_BLESS=1 overwrites only a lock that it can parse\n");
        }
        how
    }

    fn told(&self, what: &str, value: &str) -> String {
        match self {
            Self::InCi => format!(
                "AUTHGATE_BLESS writes nothing if CI is set, where the change would not be reviewed; elsewhere, \
                 {what}:\n\n    AUTHGATE_BLESS={value} cargo test\n"
            ),
            Self::Unknown(other) => format!(
                "unknown value {other:?} of AUTHGATE_BLESS; {what}:\n\n    AUTHGATE_BLESS={value} cargo test\n"
            ),
            _ => format!("{what}:\n\n    AUTHGATE_BLESS={value} cargo test\n"),
        }
    }
}

/// Writes a file atomically. Concurrent readers see the old or the new content.
pub(super) fn write(file: &Path, text: &str) -> Result<(), String> {
    static WRITTEN: AtomicUsize = AtomicUsize::new(0);
    // Write the target of a symbolic link, and not the link.
    let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let turn = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let beside = file.with_file_name(format!(".{name}.{}-{turn}.tmp", std::process::id()));
    let written = File::create(&beside)
        .and_then(|mut new| {
            new.write_all(text.as_bytes())?;
            if let Ok(old) = fs::metadata(&file) {
                new.set_permissions(old.permissions())?;
            }
            new.sync_all()
        })
        .and_then(|()| fs::rename(&beside, &file));
    written.map_err(|error| {
        // The temporary file may not exist. The original error is reported.
        drop(fs::remove_file(&beside));
        format!("the access lock {} cannot be written: {error}", file.display())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blesses_only_if_requested_and_never_in_ci() {
        for (asked, expected) in [
            (None, Bless::No),
            (Some(""), Bless::No),
            (Some("0"), Bless::No),
            (Some("false"), Bless::No),
            (Some("1"), Bless::Rewrite),
            (Some("overwrite"), Bless::Overwrite),
            (Some("yes"), Bless::Unknown("yes".to_owned())),
            (Some(" 1"), Bless::Unknown(" 1".to_owned())),
        ] {
            for ci in [None, Some(""), Some("false"), Some("0")] {
                assert_eq!(Bless::of(asked, ci), expected, "{asked:?} {ci:?}");
            }
            let in_ci = if expected.writes() { Bless::InCi } else { expected };
            assert_eq!(Bless::of(asked, Some("true")), in_ci, "{asked:?}");
        }
    }
}
