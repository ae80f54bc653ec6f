//! What rules mean, by going through all callers.

use std::collections::BTreeSet;

use crate::access::asked::Asked;
use crate::access::lock::{Access, Lock, Rule};

/// How the callers whom one rule lets in are related to those whom another does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::access::lint) enum Relation {
    Same,
    Wider,
    Narrower,
    Neither,
    TooLarge,
}

/// The rules of a lock, compared.
pub(super) struct Meaning<'a> {
    lock: &'a Lock,
    asked: Asked<'a>,
}

/// How many things may be given, so that all callers can be gone through.
const MOST: usize = 16;

impl<'a> Meaning<'a> {
    /// Of rules of one lock.
    pub(super) fn between(lock: &'a Lock, _: &'a Lock) -> Self {
        Self { lock, asked: Asked::by(lock) }
    }

    /// How whom the second lets in are related to whom the first does.
    pub(super) fn relation(&self, first: &Access, second: &Access) -> Relation {
        let (first_open, second_open) = (first.is_open(), second.is_open());
        match (first_open, second_open) {
            (true, true) => return Relation::Same,
            (false, true) => return Relation::Wider,
            (true, false) => return Relation::Narrower,
            (false, false) => {}
        }
        if principal(first) != principal(second) && principal(first).is_some() && principal(second).is_some()
        {
            return Relation::Neither;
        }
        let (first, second) = (self.asked.of(first), self.asked.of(second));
        if first == second {
            return Relation::Same;
        }
        let (Some(first), Some(second)) = (first, second) else { return Relation::Same };
        let (mut wider, mut narrower) = (false, false);
        let all = self.for_each_caller(&[&first, &second], |caller| {
            match (caller.meets(&first), caller.meets(&second)) {
                (false, true) => wider = true,
                (true, false) => narrower = true,
                _ => {}
            }
        });
        match (all, wider, narrower) {
            (None, _, _) => Relation::TooLarge,
            (_, true, true) => Relation::Neither,
            (_, true, false) => Relation::Wider,
            (_, false, true) => Relation::Narrower,
            (_, false, false) => Relation::Same,
        }
    }

    /// Whether anybody can meet it; `None` where it takes too much to find out.
    pub(super) fn is_possible(&self, access: &Access) -> Option<bool> {
        let Some(rule) = self.asked.of(access) else { return Some(true) };
        let mut is_met = false;
        self.for_each_caller(&[&rule], |caller| is_met |= caller.meets(&rule)).map(|()| is_met)
    }

    /// Calls for everybody who can be told from others by the rules; `None` where these are too many.
    fn for_each_caller(&self, rules: &[&Rule], mut each: impl FnMut(&Caller<'_>)) -> Option<()> {
        let mut given = BTreeSet::new();
        for rule in rules {
            rule.for_each_leaf(&mut |leaf| {
                given.insert(leaf.clone());
                if let Rule::Held { kind, name, tenant } = leaf {
                    for other in self.lock.rights() {
                        let leads = match (other.kind(), kind.as_str()) {
                            (one, two) if one == two => {
                                self.lock.held(kind, [other.name()]).contains(name.as_str())
                            }
                            ("role", "permission") => {
                                self.lock.granted([other.name()]).contains(name.as_str())
                            }
                            ("scope", "permission") => {
                                self.lock.allowed([other.name()]).contains(name.as_str())
                            }
                            _ => false,
                        };
                        if leads {
                            given.insert(Rule::Held {
                                kind: other.kind().to_owned(),
                                name: other.name().to_owned(),
                                tenant: tenant.clone(),
                            });
                        }
                    }
                }
            });
        }
        let given: Vec<Rule> =
            given.into_iter().filter(|leaf| !matches!(leaf, Rule::Waived { .. })).collect();
        if given.len() > MOST {
            return None;
        }
        for bits in 0_u32..1 << given.len() {
            let has = given
                .iter()
                .enumerate()
                .filter(|(at, _)| bits & (1 << at) != 0)
                .map(|(_, leaf)| leaf)
                .collect();
            let caller = Caller { lock: self.lock, has };
            if caller.can_be(&given) {
                each(&caller);
            }
        }
        Some(())
    }
}

/// Somebody who was given these.
struct Caller<'a> {
    lock: &'a Lock,
    has: BTreeSet<&'a Rule>,
}

impl Caller<'_> {
    /// Whether there can be such a caller: with one scheme, and a login of one age and class.
    fn can_be(&self, given: &[Rule]) -> bool {
        let has = |of: fn(&Rule) -> bool| self.has.iter().filter(|leaf| of(leaf)).count();
        let is_fresh = |leaf: &Rule| matches!(leaf, Rule::Fresh(_));
        // Who is fresh enough for five minutes is for ten.
        let ages = given.iter().filter(|leaf| is_fresh(leaf));
        let is_old = |youngest: &Rule| self.has.iter().any(|leaf| is_fresh(leaf) && *leaf < youngest);
        has(|leaf| matches!(leaf, Rule::Scheme(_))) <= 1
            && has(|leaf| matches!(leaf, Rule::Acr(values) if values.len() == 1)) <= 1
            && ages.into_iter().all(|age| self.has.contains(age) || !is_old(age))
    }

    fn meets(&self, rule: &Rule) -> bool {
        rule.decide(&mut |leaf| Some(self.has_leaf(leaf))) == Some(true)
    }

    fn has_leaf(&self, leaf: &Rule) -> bool {
        let Rule::Held { kind, name, tenant } = leaf else { return self.has.contains(leaf) };
        let given = |of: &'static str| {
            self.has.iter().filter_map(move |leaf| match leaf {
                Rule::Held { kind, name, tenant: held } if kind == of && held == tenant => {
                    Some(name.as_str())
                }
                _ => None,
            })
        };
        let name = name.as_str();
        match kind.as_str() {
            "role" => self.lock.held("role", given("role")).contains(name),
            "scope" => self.lock.held("scope", given("scope")).contains(name),
            _ => {
                let own = self.lock.held("permission", given("permission")).contains(name)
                    || self.lock.granted(given("role")).contains(name);
                own && (!self.lock.limits_permissions()
                    || given("scope").next().is_none()
                    || self.lock.allowed(given("scope")).contains(name))
            }
        }
    }
}

fn principal(access: &Access) -> Option<&str> {
    match access {
        Access::Authenticated { principal } => Some(principal),
        Access::Authorized { principal, .. } => principal.as_deref(),
        Access::Public { .. } | Access::Ungated { .. } => None,
    }
}
