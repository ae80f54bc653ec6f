//! A lock from where an argument says: a file, standard input, a git revision.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read};
use std::path::Path;

use crate::Failure;
use crate::git::{self, Found};

/// How long a lock may be.
pub(crate) const LONGEST: u64 = 64 << 20;

/// What was read.
pub(crate) struct Input {
    /// For errors.
    pub(crate) name: String,
    /// The file's name in the repository.
    pub(crate) file: String,
    /// `None` where it is not there and is taken for empty.
    pub(crate) text: Option<String>,
}

/// What a lock is that is not there at a revision.
#[derive(Clone, Copy)]
pub(crate) enum Missing {
    IsEmpty,
    Fails {
        /// Whether there is an option for it.
        hint: bool,
    },
}

impl Input {
    /// Reads what the argument names, at a revision the file of that path.
    pub(crate) fn read(argument: &OsStr, path: &OsStr, missing: Missing) -> Result<Self, Failure> {
        let name = argument.to_string_lossy().into_owned();
        let file = path.to_string_lossy().into_owned();
        if argument == "-" {
            let text = read(io::stdin().lock(), "standard input")?;
            return Ok(Self { name: "standard input".to_owned(), file, text: Some(text) });
        }
        if Path::new(argument).is_file() {
            let opened = std::fs::File::open(argument).map_err(|error| format!("{name}: {error}"))?;
            let text = read(opened, &name)?;
            return Ok(Self { file: name.clone(), name, text: Some(text) });
        }
        let (revision, spelt, file) = match name.split_once(':') {
            Some((revision, path)) => (OsString::from(revision), argument.to_owned(), path.to_owned()),
            None => (argument.to_owned(), at_revision(argument, path)?, file),
        };
        let name = spelt.to_string_lossy().replace(":./", ":");
        let found = git::find(&revision, &spelt)
            .map_err(|error| format!("`{}` is no file here, and {error}", argument.to_string_lossy()))?;
        let text = match (found, missing) {
            (Found::Blob(blob), _) => Some(read(&*git::read(&blob, LONGEST)?, &name)?),
            (Found::NoRevision, _) => {
                return Err(format!(
                    "`{}` is neither a file here nor a revision that git knows: name the lock's file, or fetch the revision first",
                    argument.to_string_lossy()
                ));
            }
            (Found::NoFile, Missing::IsEmpty) => None,
            (Found::NoFile, Missing::Fails { hint }) => {
                let hint = if hint { ", or say --missing-is-empty, and every route is new" } else { "" };
                return Err(format!(
                    "there is no `{file}` at `{}`: say with --lock where the lock is, from the current folder{hint}",
                    revision.to_string_lossy()
                ));
            }
        };
        Ok(Self { name, file: file.trim_start_matches("./").to_owned(), text })
    }
}

/// `REV:./PATH`, which git takes from the current folder.
fn at_revision(revision: &OsStr, path: &OsStr) -> Result<OsString, Failure> {
    if Path::new(path).is_absolute() {
        return Err(format!(
            "--lock is `{}`, and at a revision the lock's path is one from the current folder: write it without what is before",
            path.to_string_lossy()
        ));
    }
    let mut spelt = revision.to_owned();
    spelt.push(":./");
    spelt.push(path);
    Ok(spelt)
}

fn read(from: impl Read, name: &str) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    from.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|error| format!("{name}: {error}"))?;
    if bytes.len() as u64 > LONGEST {
        return Err(format!("{name}: it has more than {} MiB, which no access lock has", LONGEST >> 20));
    }
    String::from_utf8(bytes).map_err(|error| {
        let line = error
            .as_bytes()
            .iter()
            .take(error.utf8_error().valid_up_to())
            .filter(|byte| **byte == b'\n')
            .count();
        format!("{name}: line {}: this is not UTF-8: save the file as UTF-8", line + 1)
    })
}
