use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use super::super::Stored;
use super::super::pace::COSTS;

/// The users of an htpasswd file.
#[derive(Default)]
pub(super) struct Entries {
    users: HashMap<Box<str>, Arc<Stored>>,
    /// One decoy per cost, for at most [`COSTS`] costs.
    decoys: Vec<Arc<Stored>>,
}

impl Entries {
    /// Parses `name:hash` lines. The error contains the line number and the name, but no part of
    /// the hash.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut entries = Self::default();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim_ascii_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let Some((name, hash)) = line.split_once(':') else {
                return Err(format!("line {number} has no colon: write `name:hash`"));
            };
            if name.is_empty() || name.contains(char::is_control) || name.trim() != name {
                return Err(format!(
                    "line {number}: the name is empty, has a control character, or has spaces around it"
                ));
            }
            let stored = Stored::parse(hash)
                .map_err(|error| format!("line {number}: the hash of {name:?} {error}"))?;
            match entries.users.entry(name.into()) {
                Entry::Occupied(_) => {
                    return Err(format!("line {number}: duplicate user {name:?}: remove one of the lines"));
                }
                Entry::Vacant(place) => {
                    if entries.decoys.len() < COSTS
                        && !entries.decoys.iter().any(|decoy| decoy.costs_as(&stored))
                    {
                        entries.decoys.push(Arc::new(stored.decoy()));
                    }
                    place.insert(Arc::new(stored));
                }
            }
        }
        Ok(entries)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    pub(super) fn stored(&self, name: &str) -> Option<Arc<Stored>> {
        self.users.get(name).map(Arc::clone)
    }

    /// Returns decoys with the costs of the users' hashes. No password matches a decoy.
    pub(super) fn decoys(&self) -> &[Arc<Stored>] {
        &self.decoys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s.";

    fn said(text: &str) -> String {
        let error = Entries::parse(text).map(drop).unwrap_err();
        assert!(!error.contains("DCq7"), "{error}");
        error
    }

    #[test]
    fn accepts_bom_crlf_comments_and_trailing_spaces() {
        let text = format!("\u{feff}# users\n\nvera:{HASH}\r\nпетр:{HASH}  \n  \n#x:y\nno newline:{HASH}");
        let entries = Entries::parse(&text).unwrap();
        assert_eq!((entries.users.len(), entries.decoys.len()), (3, 1));
        for name in ["vera", "петр", "no newline"] {
            assert!(entries.stored(name).is_some_and(|stored| stored.is_of(b"")), "{name}");
        }
        for name in ["", "#x", "Vera", "vera ", "# users"] {
            assert!(entries.stored(name).is_none(), "{name}");
        }
    }

    #[test]
    fn errors_name_the_line() {
        for (line, error) in [
            ("vera".to_owned(), "line 2 has no colon"),
            (format!(":{HASH}"), "line 2: the name is empty"),
            (format!(" vera:{HASH}"), "line 2: the name is empty, has a control character, or has spaces"),
            (format!("ve\tra:{HASH}"), "line 2: the name is empty, has a control character"),
            ("vera:secret".to_owned(), "line 2: the hash of \"vera\" is plain text"),
            ("vera:".to_owned(), "line 2: the hash of \"vera\" is empty"),
            (format!("vera: {HASH}"), "line 2: the hash of \"vera\" is plain text"),
            (format!("vera:{HASH}:comment"), "line 2: the hash of \"vera\" is not valid bcrypt"),
            (format!("ada:{HASH}"), "line 2: duplicate user \"ada\""),
        ] {
            let said = said(&format!("ada:{HASH}\n{line}\n"));
            assert!(said.starts_with(error), "{said}");
            assert!(!said.contains("secret"), "{said}");
        }
    }

    #[test]
    fn has_one_decoy_per_cost() {
        assert!(Entries::default().decoys().is_empty());
        let lines = (4..=16)
            .map(|cost| format!("{cost}:{0}\n{cost}a:{0}\n", HASH.replace("$06$", &format!("${cost:02}$"))));
        let entries = Entries::parse(&lines.take(3).collect::<String>()).unwrap();
        assert_eq!(entries.decoys().len(), 3);
        for name in ["4", "5", "6a"] {
            let stored = entries.stored(name).unwrap();
            assert!(entries.decoys().iter().any(|decoy| decoy.costs_as(&stored)), "{name}");
        }
    }
}
