//! The variables of a decision diagram: the facts about a caller, in the order in which two rules
//! name them.

use std::collections::HashMap;

use super::diagram::{Diagram, Node};
use crate::{Builtin, Rule, TypeText, Value, Values};

/// A fact about a caller.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Variable<'a> {
    /// The caller is authenticated.
    Known,
    /// The caller is a principal of this type.
    Principal(&'a str),
    /// A right, as it was granted.
    Right(Right<'a>),
    /// The credential limits the caller to scopes.
    SaysScopes,
    /// The value of a built-in requirement of which a caller has one.
    Value(Builtin, &'a str),
    /// The login is not older than this many seconds.
    Seconds(Builtin, u64),
    /// The decision of a policy or of a custom requirement, as the lock writes it.
    Own(String),
}

/// A right, everywhere or in a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Right<'a> {
    pub(super) kind: &'a str,
    pub(super) name: &'a str,
    pub(super) tenant: Option<&'a str>,
}

impl<'a> Right<'a> {
    /// Returns the right that a leaf requires.
    pub(super) fn of(leaf: &'a Rule) -> Option<Self> {
        match leaf {
            Rule::Held { right, tenant } => {
                let tenant = tenant.as_ref().and_then(|tenant| match tenant.name() {
                    TypeText::Read(name) => Some(&**name),
                    TypeText::Of(_) => None,
                });
                Some(Self { kind: right.kind(), name: right.name(), tenant })
            }
            Rule::Builtin(builtin, value) if builtin.is_declared() => {
                Some(Self { kind: builtin.row().keyword, name: value.text(), tenant: None })
            }
            _ => None,
        }
    }
}

/// The variables of two rules.
#[derive(Debug)]
pub(super) struct Variables<'a> {
    all: Vec<Variable<'a>>,
    at: HashMap<Variable<'a>, u32>,
    /// The values that exclude each other, by requirement.
    values: Vec<(Builtin, &'a str)>,
    /// The numbers of seconds, in ascending order.
    seconds: Vec<(Builtin, u64)>,
}

impl<'a> Variables<'a> {
    /// Collects the values that the rules name.
    pub(super) fn of(rules: impl Iterator<Item = &'a Rule>) -> Self {
        let (mut values, mut seconds) = (Vec::new(), Vec::new());
        for leaf in rules.flat_map(Rule::leaves) {
            let Rule::Builtin(builtin, value) = leaf else { continue };
            match builtin.row().values {
                Values::SeveralNames => {}
                Values::Seconds => seconds.push((*builtin, value.seconds())),
                Values::OneWord | Values::OneName | Values::Alternatives => {
                    for value in named(*builtin, value) {
                        if find(&values, *builtin, value).is_none() {
                            values.push((*builtin, value));
                        }
                    }
                }
            }
        }
        seconds.sort_unstable();
        seconds.dedup();
        Self { all: Vec::new(), at: HashMap::new(), values, seconds }
    }

    pub(super) fn get(&self, variable: u32) -> Option<&Variable<'a>> {
        self.all.get(usize::try_from(variable).ok()?)
    }

    pub(super) fn find(&self, variable: &Variable<'a>) -> Option<u32> {
        self.at.get(variable).copied()
    }

    /// Returns the function that is true if the variable is.
    pub(super) fn is(&mut self, diagram: &mut Diagram, variable: Variable<'a>) -> Option<Node> {
        let next = u32::try_from(self.all.len()).ok()?;
        let variable = *self.at.entry(variable).or_insert_with_key(|variable| {
            self.all.push(variable.clone());
            next
        });
        diagram.variable(variable)
    }

    pub(super) fn one_of(
        &mut self,
        diagram: &mut Diagram,
        several: impl DoubleEndedIterator<Item = Variable<'a>>,
    ) -> Option<Node> {
        // Created in order, the first on top. Then joined from the last on, so that each join adds
        // a node above the others.
        let several: Vec<_> = several.map(|variable| self.is(diagram, variable)).collect::<Option<_>>()?;
        several.into_iter().rev().try_fold(Node::NEVER, |any, variable| diagram.or(variable, any))
    }

    /// Returns the function that is true if the caller meets a built-in requirement.
    pub(super) fn meets(
        &mut self,
        diagram: &mut Diagram,
        builtin: Builtin,
        value: &'a Value,
    ) -> Option<Node> {
        if let Value::Seconds(most) = value {
            // A login that is not older than fewer seconds is not older than more.
            let met =
                self.seconds.iter().copied().filter(|(other, seconds)| *other == builtin && seconds <= most);
            let met: Vec<_> = met.map(|(_, seconds)| Variable::Seconds(builtin, seconds)).collect();
            return self.one_of(diagram, met.into_iter());
        }
        named(builtin, value).try_fold(Node::NEVER, |any, value| {
            let is_it = self.has(diagram, builtin, value)?;
            diagram.or(any, is_it)
        })
    }

    /// Returns the function that is true if the caller has this value. Of several values that
    /// exclude each other, the first counts.
    fn has(&mut self, diagram: &mut Diagram, builtin: Builtin, value: &str) -> Option<Node> {
        let wanted = find(&self.values, builtin, value)?;
        let mut before = Node::NEVER;
        for (_, value) in self.values.clone().into_iter().filter(|(other, _)| *other == builtin) {
            let is_it = self.is(diagram, Variable::Value(builtin, value))?;
            if value == wanted {
                let none_before = diagram.not(before)?;
                return diagram.and(none_before, is_it);
            }
            before = diagram.or(before, is_it)?;
        }
        Some(Node::NEVER)
    }
}

/// The names in a value, one of which is sufficient.
fn named(builtin: Builtin, value: &Value) -> impl Iterator<Item = &str> {
    let is_list = builtin.row().values == Values::Alternatives;
    let one = (!is_list).then(|| value.text());
    one.into_iter().chain(value.alternatives().filter(move |_| is_list))
}

/// The value as it was first written.
fn find<'a>(values: &[(Builtin, &'a str)], builtin: Builtin, value: &str) -> Option<&'a str> {
    let is_word = builtin.row().values == Values::OneWord;
    let is_it = |known: &str| known == value || is_word && known.eq_ignore_ascii_case(value);
    values.iter().find(|(other, known)| *other == builtin && is_it(known)).map(|(_, known)| *known)
}
