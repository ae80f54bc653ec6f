//! Inputs: files, standard input and git revisions.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read};
use std::path::Path;

use crate::Failure;
use crate::git::{self, Found};

/// The maximum length of an input, in bytes.
const LIMIT: u64 = 64 << 20;

/// An input.
pub(crate) struct Input {
    /// The name for errors.
    pub(crate) name: String,
    /// The name of the file in the repository.
    pub(crate) file: String,
    /// `None` if the file is missing and treated as empty.
    pub(crate) text: Option<String>,
}

/// How to treat a file that is missing at a revision.
#[derive(Clone, Copy)]
pub(crate) enum Missing {
    IsEmpty,
    Fails {
        /// `true` to mention `--missing-is-empty` in the error.
        hint: bool,
    },
}

impl Input {
    /// Reads the input of an argument. `path` is the file at a revision.
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
        let (revision, object, file) = match name.split_once(':') {
            Some((revision, path)) => (OsString::from(revision), argument.to_owned(), path.to_owned()),
            None => (argument.to_owned(), at_revision(argument, path)?, file),
        };
        let name = object.to_string_lossy().replace(":./", ":");
        let found = git::find(&revision, &object)
            .map_err(|error| format!("`{}` is not a file, and {error}", argument.to_string_lossy()))?;
        let text = match (found, missing) {
            (Found::Blob(blob), _) => Some(read(&*git::read(&blob, LIMIT)?, &name)?),
            (Found::NoRevision, _) => {
                return Err(format!(
                    "`{}` is neither a file nor a git revision: name the file, or fetch the revision",
                    argument.to_string_lossy()
                ));
            }
            (Found::NoFile, Missing::IsEmpty) => None,
            (Found::NoFile, Missing::Fails { hint }) => {
                let hint = if hint { ", or treat it as empty with --missing-is-empty" } else { "" };
                let revision = revision.to_string_lossy();
                return Err(format!(
                    "`{file}` is missing at `{revision}`: name the file as `{revision}:PATH`{hint}"
                ));
            }
        };
        Ok(Self { name, file: file.trim_start_matches("./").to_owned(), text })
    }
}

/// Returns `REV:./PATH`, which git resolves relative to the current directory.
fn at_revision(revision: &OsStr, path: &OsStr) -> Result<OsString, Failure> {
    if Path::new(path).is_absolute() {
        return Err(format!(
            "--lock is the absolute path `{}`: a path at a revision is relative to the current directory",
            path.to_string_lossy()
        ));
    }
    let mut object = revision.to_owned();
    object.push(":./");
    object.push(path);
    Ok(object)
}

fn read(from: impl Read, name: &str) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    from.take(LIMIT + 1).read_to_end(&mut bytes).map_err(|error| format!("{name}: {error}"))?;
    if bytes.len() as u64 > LIMIT {
        return Err(format!("{name}: the file is longer than {} MiB", LIMIT >> 20));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        let line = valid.filter(|byte| **byte == b'\n').count() + 1;
        format!("{name}: line {line}: invalid UTF-8: save the file as UTF-8")
    })
}
