//! The callers of a set that have the fewest rights, in words.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::comparison::{Comparison, written};
use super::diagram::{Diagram, Node};
use super::side::Side;
use super::variable::Variable;
use crate::lock::Access;
use crate::{Builtin, Held, InTenant, Rule, Value};

/// The maximum number of callers in the result.
const TOLD: usize = 4;
/// The maximum number of callers to search for, and of steps for it.
const MOST: usize = 64;
const MOST_STEPS: usize = 1 << 14;

/// Returns the callers that the second rule allows and the first denies.
pub(super) fn newly(comparison: &mut Comparison<'_>) -> Option<Vec<String>> {
    let set = comparison.newly()?;
    in_words(comparison, set, 1)
}

/// Returns the callers that the first rule allows and the second denies.
pub(super) fn no_longer(comparison: &mut Comparison<'_>) -> Option<Vec<String>> {
    let set = comparison.no_longer()?;
    in_words(comparison, set, 0)
}

/// Returns the callers of a set that the rule of one side allows.
fn in_words(comparison: &mut Comparison<'_>, set: Node, at: usize) -> Option<Vec<String>> {
    let (least, is_all) = least(&comparison.diagram, set);
    let side = *comparison.sides.get(at)?;
    let callers: Vec<_> = least.into_iter().map(|given| Caller::of(comparison, given, side)).collect();
    let least = callers.iter().filter(|one| {
        !callers.iter().any(|other| other.held.is_subset(&one.held) && !one.held.is_subset(&other.held))
    });
    let mut words = Vec::new();
    for caller in least {
        let caller = caller.in_words(comparison, at)?;
        if !words.contains(&caller) {
            words.push(caller);
        }
    }
    let more = words.len().saturating_sub(TOLD);
    words.truncate(TOLD);
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
                Variable::Right { kind, name, tenant } => {
                    for name in side.lock.held(kind, [*name]) {
                        held.insert(word(&Variable::Right { kind, name, tenant: *tenant }));
                    }
                }
                given => {
                    held.insert(word(given));
                }
            }
        }
        Self { given, held }
    }

    fn in_words(&self, comparison: &mut Comparison<'_>, at: usize) -> Option<String> {
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
            words.push(
                principal
                    .take()
                    .map_or("any authenticated caller".to_owned(), |name| format!("any {}", of_type(name))),
            );
        }
        let mut text = words.join(" & ");
        if let Some(name) = principal {
            text.push_str(" as ");
            text.push_str(&of_type(name));
        }
        let without = self.without(comparison, at)?;
        if !without.is_empty() {
            text.push_str(" without ");
            text.push_str(&without.join(" or "));
        }
        Some(text)
    }

    /// Returns the rights of the rule that the caller must not have.
    fn without(&self, comparison: &mut Comparison<'_>, at: usize) -> Option<Vec<String>> {
        let mut set = if at == 0 { comparison.first } else { comparison.second };
        for variable in &self.given {
            set = comparison.diagram.given(set, *variable)?;
        }
        let mut without = Vec::new();
        let Some(access) = comparison.accesses.get(at).copied() else { return Some(without) };
        for given in named(comparison, at, access) {
            let Some(variable) = comparison.variables.find(&given) else { continue };
            if !self.given.contains(&variable) && comparison.diagram.given(set, variable)?.is_never() {
                without.push(word(&given));
            }
        }
        Some(without)
    }
}

/// Returns the rights that a rule names.
fn named<'a>(comparison: &Comparison<'a>, at: usize, access: &'a Access) -> Vec<Variable<'a>> {
    let Some(side) = comparison.sides.get(at) else { return Vec::new() };
    let mut named = Vec::new();
    if let Some(rule) = access.rule() {
        rule.for_each_leaf(&mut |leaf| {
            named.extend(match leaf {
                Rule::Held { right, tenant } => Some(Variable::Right {
                    kind: right.kind(),
                    name: right.name(),
                    tenant: tenant.as_ref().and_then(written),
                }),
                Rule::Builtin(builtin, value) if builtin.is_declared() => {
                    Some(Variable::Right { kind: builtin.row().keyword, name: value.text(), tenant: None })
                }
                own @ (Rule::Own(_) | Rule::Policy { .. }) => Some(comparison.own(side, own)),
                _ => None,
            });
        });
    }
    named
}

/// Returns the name of a type, in quotes if it is ambiguous.
fn of_type(name: &str) -> String {
    let access = Access::Authenticated { principal: name.to_owned() }.to_string();
    access.strip_prefix("authenticated ").map(str::to_owned).unwrap_or(access)
}

/// Returns the short form of a right: a role by its name, other rights as in the lock.
fn word(given: &Variable<'_>) -> String {
    match given {
        Variable::Known => "authenticated".to_owned(),
        Variable::Principal(name) => of_type(name),
        Variable::SaysScopes => "limited by scopes".to_owned(),
        Variable::Right { kind, name, tenant } => {
            let rule = match Builtin::of_keyword(kind) {
                Some(builtin) => Rule::Builtin(builtin, Value::Text((*name).to_owned().into())),
                None => Rule::Held {
                    right: Held::read(kind, (*name).to_owned()),
                    tenant: tenant.map(|tenant| InTenant::read(tenant.to_owned().into())),
                },
            };
            let text = rule.to_string();
            text.strip_prefix("role:").map(str::to_owned).unwrap_or(text)
        }
        Variable::Value(builtin, value) => {
            Rule::Builtin(*builtin, Value::Text((*value).to_owned().into())).to_string()
        }
        Variable::Seconds(builtin, seconds) => Rule::Builtin(*builtin, Value::Seconds(*seconds)).to_string(),
        Variable::Own(text) => text.clone(),
    }
}
