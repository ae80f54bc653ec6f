//! The names of rights and types in a lock: short if unique, with modules otherwise.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Held, Own, TypeName, TypeText};

/// The short names of a table, with everything that each can mean.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// The sets with a member, by kind and name. Each set is there with and without its modules.
    members: BTreeMap<(&'static str, &'static str), BTreeSet<(&'static str, String)>>,
    /// The full names of types, by short name, and those of custom requirements by kind and name.
    types: BTreeMap<String, BTreeSet<&'static str>>,
}

impl Names {
    pub(super) fn add_member(&mut self, kind: &'static str, set: TypeName, name: &'static str) {
        self.members.entry((kind, name)).or_default().insert((set.full(), set.to_string()));
    }

    pub(super) fn add_type(&mut self, name: TypeName) {
        self.types.entry(name.to_string()).or_default().insert(name.full());
    }

    pub(super) fn add_text(&mut self, name: &TypeText) {
        if let TypeText::Of(name) = name {
            self.add_type(*name);
        }
    }

    pub(super) fn add_own(&mut self, own: &Own) {
        let name = format!("{}:{}", own.kind(), own.name());
        self.types.entry(name).or_default().insert(own.type_path());
    }

    pub(super) fn of_held(&self, held: &Held) -> String {
        match held.in_set() {
            Some((kind, set, name)) => self.of_member(kind, set, name),
            None => held.name().to_owned(),
        }
    }

    pub(super) fn of(&self, name: &TypeText) -> String {
        match name {
            TypeText::Of(name) => self.of_type(*name),
            TypeText::Read(text) => text.clone().into_owned(),
        }
    }

    /// Returns `admin`, `Staff::admin` if several sets have the member, or `app::Staff::admin` if
    /// their short names are equal.
    pub(crate) fn of_member(&self, kind: &'static str, set: TypeName, name: &'static str) -> String {
        let Some(sets) = self.members.get(&(kind, name)).filter(|sets| sets.len() > 1) else {
            return name.to_owned();
        };
        let short = set.to_string();
        let is_clear = sets.iter().filter(|(_, other)| *other == short).count() == 1;
        let mut longer = format!("{}::{name}", if is_clear { &short } else { set.full() });
        // A member may have exactly this name.
        let members: &BTreeMap<(&str, &str), _> = &self.members;
        while members.contains_key(&(kind, longer.as_str())) {
            longer.insert_str(0, "::");
        }
        longer
    }

    pub(super) fn of_type(&self, name: TypeName) -> String {
        let short = name.to_string();
        if self.is_ambiguous(&short) { name.full().to_owned() } else { short }
    }

    pub(super) fn of_own(&self, own: &Own) -> String {
        let is_ambiguous = self.is_ambiguous(&format!("{}:{}", own.kind(), own.name()));
        let path = own.type_path();
        if is_ambiguous && !path.is_empty() { path.to_owned() } else { own.name().to_owned() }
    }

    fn is_ambiguous(&self, short: &str) -> bool {
        self.types.get(short).is_some_and(|types| types.len() > 1)
    }
}
