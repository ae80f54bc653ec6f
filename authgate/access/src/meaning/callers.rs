//! The callers of a set that have the fewest rights, in words.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::comparison::{Comparison, Ruled};
use super::diagram::{Diagram, Node};
use super::side::Side;
use super::variable::{Right, Variable};
use crate::rule::words::{Name, TypeWord};
use crate::{Rule, Value};

/// The maximum number of callers in the result.
const MAX_LISTED: usize = 4;
/// The maximum number of callers to search for, and of steps for it.
const MOST: usize = 64;
const MOST_STEPS: usize = 1 << 14;

/// Returns the callers that a rule allows and another denies.
pub(super) fn only<'a>(
    comparison: &mut Comparison<'a>,
    one: Ruled<'a>,
    other: Ruled<'a>,
) -> Option<Vec<String>> {
    let set = comparison.only(one, other)?;
    let (least, is_all) = least(&comparison.diagram, set);
    let callers: Vec<_> = least.into_iter().map(|given| Caller::of(comparison, given, one.side)).collect();
    let least = callers.iter().filter(|one| {
        !callers.iter().any(|other| other.held.is_subset(&one.held) && !one.held.is_subset(&other.held))
    });
    let mut words = Vec::new();
    for caller in least {
        let caller = caller.in_words(comparison, one)?;
        if !words.contains(&caller) {
            words.push(caller);
        }
    }
    let more = words.len().saturating_sub(MAX_LISTED);
    words.truncate(MAX_LISTED);
    match (more, is_all) {
        (0, true) => {}
        (more, true) => words.push(format!("and {more} more")),
        (_, false) => words.push("and more".to_owned()),
    }
    Some(words)
}

/// Returns the smallest sets of facts for which a function is true, in ascending order of size, and
/// whether the list is complete.
fn least(diagram: &Diagram, set: Node) -> (Vec<Vec<u32>>, bool) {
    let mut fewest = BTreeMap::new();
    if fewest_from(diagram, set, &mut fewest).is_none() {
        return (Vec::new(), true);
    }
    let mut least: Vec<Vec<u32>> = Vec::new();
    let mut next = BinaryHeap::from([Reverse((0, Vec::new(), set))]);
    for _ in 0..MOST_STEPS {
        let Some(Reverse((_, given, node))) = next.pop() else { return (least, true) };
        // More facts cannot make the set smaller.
        if least.iter().any(|known| known.iter().all(|variable| given.contains(variable))) {
            continue;
        }
        let Some(choice) = diagram.choice(node) else {
            least.push(given);
            if least.len() == MOST {
                return (least, next.is_empty());
            }
            continue;
        };
        for (branch, is_given) in [(choice.without, false), (choice.with, true)] {
            let Some(Some(more)) = fewest.get(&branch) else { continue };
            let mut given = given.clone();
            given.extend(is_given.then_some(choice.variable));
            next.push(Reverse((given.len() + more, given, branch)));
        }
    }
    (least, false)
}

/// Returns the minimum number of true variables. Returns `None` if the function is never true.
fn fewest_from(diagram: &Diagram, node: Node, known: &mut BTreeMap<Node, Option<usize>>) -> Option<usize> {
    if let Some(known) = known.get(&node) {
        return *known;
    }
    let fewest = match diagram.choice(node) {
        None => (!node.is_never()).then_some(0),
        Some(choice) => {
            let without = fewest_from(diagram, choice.without, known);
            let with = fewest_from(diagram, choice.with, known).map(|fewest| fewest + 1);
            without.into_iter().chain(with).min()
        }
    };
    known.insert(node, fewest);
    fewest
}

/// A caller with these facts and no others.
struct Caller {
    given: Vec<u32>,
    /// The rights, including those that they imply.
    held: BTreeSet<String>,
}

impl Caller {
    fn of(comparison: &Comparison<'_>, given: Vec<u32>, side: &Side<'_>) -> Self {
        let mut held = BTreeSet::new();
        for given in given.iter().filter_map(|variable| comparison.variables.get(*variable)) {
            match given {
                Variable::Right(right) => {
                    let names = side.lock.held(right.kind, [right.name]).into_iter();
                    held.extend(names.map(|name| word(&Variable::Right(Right { name, ..*right }))));
                }
                given => held.extend([word(given)]),
            }
        }
        Self { given, held }
    }

    fn in_words<'a>(&self, comparison: &mut Comparison<'a>, ruled: Ruled<'a>) -> Option<String> {
        let mut words = Vec::new();
        let (mut is_known, mut principal) = (false, None);
        for given in self.given.iter().filter_map(|variable| comparison.variables.get(*variable)) {
            match given {
                Variable::Known => is_known = true,
                // Where it matters, the words name a scope or exclude all of them.
                Variable::SaysScopes => {}
                Variable::Principal(name) => principal = Some(*name),
                given => words.push(word(given)),
            }
        }
        if !is_known {
            return Some("any caller".to_owned());
        }
        if words.is_empty() {
            words.push(match principal.take() {
                Some(name) => format!("any {}", TypeWord(name)),
                None => "any authenticated caller".to_owned(),
            });
        }
        let mut text = words.join(" & ");
        if let Some(name) = principal {
            text += &format!(" as {}", TypeWord(name));
        }
        let without = self.without(comparison, ruled)?;
        if !without.is_empty() {
            text += &format!(" without {}", without.join(" or "));
        }
        Some(text)
    }

    /// Returns the rights of the rule that the caller must not have.
    fn without<'a>(&self, comparison: &mut Comparison<'a>, ruled: Ruled<'a>) -> Option<Vec<String>> {
        let mut set = ruled.callers;
        for variable in &self.given {
            let is_given = comparison.diagram.variable(*variable)?;
            set = comparison.diagram.and(set, is_given)?;
        }
        let mut without = Vec::new();
        for given in named(comparison, ruled) {
            let Some(variable) = comparison.variables.find(&given) else { continue };
            let is_given = comparison.diagram.variable(variable)?;
            if !self.given.contains(&variable) && comparison.diagram.and(set, is_given)?.is_never() {
                without.push(word(&given));
            }
        }
        Some(without)
    }
}

/// Returns the rights that a rule names.
fn named<'a>(comparison: &Comparison<'a>, ruled: Ruled<'a>) -> Vec<Variable<'a>> {
    let leaves = ruled.access.rules().flat_map(Rule::leaves);
    let named = leaves.filter_map(|leaf| match leaf {
        Rule::Own(_) | Rule::Policy { .. } => Some(comparison.own(ruled.side, leaf)),
        leaf => Right::of(leaf).map(Variable::Right),
    });
    named.collect()
}

/// Returns the short form of a right: a role by its name, other rights as in the lock.
fn word(given: &Variable<'_>) -> String {
    match given {
        Variable::Known => "authenticated".to_owned(),
        Variable::Principal(name) => TypeWord(name).to_string(),
        Variable::SaysScopes => "limited by scopes".to_owned(),
        Variable::Right(Right { kind, name, tenant }) => {
            let before = if *kind == "role" { String::new() } else { format!("{kind}:") };
            let tenant = tenant.map(|tenant| format!(" in {}", TypeWord(tenant)));
            format!("{before}{}{}", Name(name), tenant.unwrap_or_default())
        }
        Variable::Value(builtin, value) => {
            Rule::Builtin(*builtin, Value::Text((*value).to_owned().into())).to_string()
        }
        Variable::Seconds(builtin, seconds) => Rule::Builtin(*builtin, Value::Seconds(*seconds)).to_string(),
        Variable::Own(text) => text.clone(),
    }
}
