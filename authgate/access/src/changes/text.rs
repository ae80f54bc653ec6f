//! A line a change, for people.

use std::fmt;

use super::{Change, Changes};
use crate::Rule;
use crate::lock::{Access, RightLine};

/// A line a change, the rights first.
impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rights_in_words().iter().try_for_each(|line| writeln!(f, "{line}"))?;
        self.routes().iter().try_for_each(|change| writeln!(f, "{change}"))
    }
}

impl Changes {
    /// What is told once, before the routes: the rights that have changed, and what is waived no longer; a line each.
    #[must_use]
    pub fn rights_in_words(&self) -> Vec<String> {
        let none = |line: Option<&RightLine>| line.map_or("(none)".to_owned(), ToString::to_string);
        let rights = self.rights().map(|(old, new)| format!("{} -> {}", none(old), none(new)));
        let waived = self.no_longer_waived().iter().map(waived_in_words);
        rights.chain(waived).collect()
    }
}

/// As `WIDENED DELETE /reports/{id}  role:admin -> role:editor (+editor)`.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}  {}", self.verdict, self.route(), self.in_words())
    }
}

impl Change {
    /// The method and the path, as the lock spells them.
    #[must_use]
    pub fn route(&self) -> String {
        spelt(&self.method, &self.path)
    }

    /// Who might before and may now: `role:admin -> role:editor (+editor)`.
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

    /// For whom that is a difference: `+editor, -admin & scope:s`.
    #[must_use]
    pub fn callers_in_words(&self) -> String {
        if !self.is_decided {
            return "for whom, cannot be decided: the two name too many rights".to_owned();
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

/// A path has quotes where it could be taken for something else.
pub(super) fn spelt(method: &str, path: &str) -> String {
    if path.chars().any(|c| c.is_whitespace() || c.is_control() || "\"#\\".contains(c)) {
        format!("{method} {path:?}")
    } else {
        format!("{method} {path}")
    }
}

/// What nobody waives any more.
pub(super) fn waived_in_words(rule: &Rule) -> String {
    format!(
        "CHANGED  what is asked of everybody: no route waives {rule} any more, so the lock no longer shows whether the gate \
         still asks it"
    )
}
