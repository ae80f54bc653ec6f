//! Compares rules by their meaning, with a cache, because many routes have equal rules.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::lock::{Access, Lock};
use crate::meaning::Meaning;

pub(super) use crate::meaning::Relation;

/// The rules of a lock, compared.
pub(super) struct Weaker<'a> {
    meaning: Meaning<'a>,
    relations: RefCell<HashMap<(String, String), Relation>>,
    possible: RefCell<HashMap<String, Option<bool>>>,
}

impl<'a> Weaker<'a> {
    pub(super) fn of(lock: &'a Lock) -> Self {
        let (relations, possible) = (RefCell::default(), RefCell::default());
        Self { meaning: Meaning::between(lock, lock), relations, possible }
    }

    /// Returns how the callers of the second relate to those of the first.
    pub(super) fn relation(&self, first: &Access, second: &Access) -> Relation {
        if first == second {
            return Relation::Same;
        }
        let mut relations = self.relations.borrow_mut();
        let key = (first.to_string(), second.to_string());
        *relations.entry(key).or_insert_with(|| self.meaning.relation(first, second))
    }

    /// Returns `true` if a caller can satisfy the access, or `None` if the rule is too large to
    /// decide.
    pub(super) fn is_possible(&self, access: &Access) -> Option<bool> {
        let mut possible = self.possible.borrow_mut();
        *possible.entry(access.to_string()).or_insert_with(|| self.meaning.is_possible(access))
    }
}
