//! Changes as text, one line each.

use std::fmt;

use super::{Change, Changes};
use crate::Rule;
use crate::lock::{Access, RightLine};
use crate::rule::words::Path;

/// Formats one line for each change, the rights first.
impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rights_in_words().iter().try_for_each(|line| writeln!(f, "{line}"))?;
        self.routes().iter().try_for_each(|change| writeln!(f, "{change}"))
    }
}

impl Changes {
    /// Returns one line for each changed right, and for each requirement that is no longer waived.
    #[must_use]
    pub fn rights_in_words(&self) -> Vec<String> {
        let none = |line: Option<&RightLine>| line.map_or("(none)".to_owned(), ToString::to_string);
        let rights = self.rights().map(|(old, new)| format!("{} -> {}", none(old), none(new)));
        let waived = self.no_longer_waived().iter().map(waived_in_words);
        rights.chain(waived).collect()
    }
}

/// Formats the change as `WIDENED DELETE /reports/{id}  role:admin -> role:editor (+editor)`.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}  {}", self.verdict, self.route(), self.in_words())
    }
}

impl Change {
    /// Returns the method and the path as in the lock.
    #[must_use]
    pub fn route(&self) -> String {
        spelt(&self.method, &self.path)
    }

    /// Returns the old and new access: `role:admin -> role:editor (+editor)`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let side = |access: &Access, by: Option<&(String, String)>| match by {
            Some((method, path)) => format!("{access} (by {})", spelt(method, path)),
            None => access.to_string(),
        };
        let old = self.old.as_ref().map(|access| side(access, self.old_by.as_ref()));
        let new = self.new.as_ref().map(|access| side(access, self.new_by.as_ref()));
        let mut text = match (old, new) {
            (Some(old), Some(new)) if old == new => new,
            (Some(old), Some(new)) => format!("{old} -> {new}"),
            (old, new) => old.or(new).unwrap_or_default(),
        };
        let callers = self.callers_in_words();
        if !callers.is_empty() {
            text.push_str(&format!(" ({callers})"));
        }
        text
    }

    /// Returns the affected callers: `+editor, -admin & scope:s`.
    #[must_use]
    pub fn callers_in_words(&self) -> String {
        if !self.is_decided {
            return "the rules name too many rights to be compared".to_owned();
        }
        let signed = |sign: &'static str, callers: &'_ [String]| {
            let callers = callers.iter().map(|caller| match caller.strip_prefix("and ") {
                Some(_) => caller.clone(),
                None => format!("{sign}{caller}"),
            });
            callers.collect::<Vec<_>>()
        };
        let mut all = signed("+", &self.newly);
        all.extend(signed("-", &self.no_longer));
        all.join(", ")
    }
}

/// Formats a route as in the lock.
pub(super) fn spelt(method: &str, path: &str) -> String {
    format!("{method} {}", Path(path))
}

/// Returns the line of a requirement that is no longer waived.
pub(super) fn waived_in_words(rule: &Rule) -> String {
    format!(
        "CHANGED  requirement of the gate: no route waives {rule} any longer, so the lock does not show whether the gate \
         still requires it"
    )
}
