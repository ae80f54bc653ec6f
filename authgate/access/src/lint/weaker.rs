//! Which rule is weaker, by what rules mean. Of what is asked again, the answer is known: many routes have the same rule.

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

    /// How whom the second lets in are related to whom the first does.
    pub(super) fn relation(&self, first: &Access, second: &Access) -> Relation {
        if first == second {
            return Relation::Same;
        }
        let mut relations = self.relations.borrow_mut();
        let key = (first.to_string(), second.to_string());
        *relations.entry(key).or_insert_with(|| self.meaning.relation(first, second))
    }

    /// Whether anybody can meet it; `None` where it takes too much to find out.
    pub(super) fn is_possible(&self, access: &Access) -> Option<bool> {
        let mut possible = self.possible.borrow_mut();
        *possible.entry(access.to_string()).or_insert_with(|| self.meaning.is_possible(access))
    }
}
