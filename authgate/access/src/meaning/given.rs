//! What callers can have been given: the variables, in the order in which two rules come to speak of them.

use std::collections::HashMap;

use super::diagram::{Diagram, Node};
use crate::lock::Rule;

/// Something that a caller was given, or that is so of him.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Given<'a> {
    /// He has proved who he is.
    Known,
    /// As a principal of this type.
    Principal(&'a str),
    /// A right, as it was given.
    Right {
        kind: &'a str,
        name: &'a str,
        tenant: Option<&'a str>,
    },
    /// His credential has a word on scopes.
    SaysScopes,
    Scheme(&'a str),
    /// His login is not older, in seconds.
    Fresh(u64),
    Acr(&'a str),
    /// What a policy or the application's own requirement says, as the lock writes it.
    Own(String),
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Givens<'a> {
    all: Vec<Given<'a>>,
    at: HashMap<Given<'a>, u32>,
    schemes: Vec<&'a str>,
    classes: Vec<&'a str>,
    ages: Vec<u64>,
}

impl<'a> Givens<'a> {
    /// Of which values there are several that exclude each other, in these rules.
    pub(super) fn of(rules: impl Iterator<Item = &'a Rule>) -> Self {
        let mut givens = Self::default();
        for rule in rules {
            rule.for_each_leaf(&mut |leaf| match leaf {
                Rule::Scheme(name) if givens.scheme(name).is_none() => givens.schemes.push(name),
                Rule::Acr(values) => {
                    for value in values
                        .iter()
                        .filter(|value| !givens.classes.contains(&value.as_str()))
                        .collect::<Vec<_>>()
                    {
                        givens.classes.push(value);
                    }
                }
                Rule::Fresh(seconds) => givens.ages.push(*seconds),
                _ => {}
            });
        }
        givens.ages.sort_unstable();
        givens.ages.dedup();
        givens
    }

    pub(super) fn get(&self, variable: u32) -> Option<&Given<'a>> {
        self.all.get(usize::try_from(variable).ok()?)
    }

    pub(super) fn find(&self, given: &Given<'a>) -> Option<u32> {
        self.at.get(given).copied()
    }

    fn scheme(&self, name: &str) -> Option<&'a str> {
        self.schemes.iter().copied().find(|known| known.eq_ignore_ascii_case(name))
    }

    /// That it was given.
    pub(super) fn given(&mut self, diagram: &mut Diagram, given: Given<'a>) -> Option<Node> {
        let next = u32::try_from(self.all.len()).ok()?;
        let variable = *self.at.entry(given).or_insert_with_key(|given| {
            self.all.push(given.clone());
            next
        });
        diagram.variable(variable)
    }

    pub(super) fn one_of(
        &mut self,
        diagram: &mut Diagram,
        several: impl DoubleEndedIterator<Item = Given<'a>>,
    ) -> Option<Node> {
        // In order, the first on top; then from the last on, so that each is put above the others.
        let several: Vec<_> = several.map(|given| self.given(diagram, given)).collect::<Option<_>>()?;
        several.into_iter().rev().try_fold(Node::NEVER, |any, given| diagram.or(given, any))
    }

    /// By a credential of this scheme, and so of no other.
    pub(super) fn by_scheme(&mut self, diagram: &mut Diagram, name: &str) -> Option<Node> {
        let name = self.scheme(name)?;
        self.the_first(diagram, self.schemes.clone().into_iter().map(Given::Scheme), &Given::Scheme(name))
    }

    /// By a login of one of these classes, and so of no other.
    pub(super) fn by_class(&mut self, diagram: &mut Diagram, values: &'a [String]) -> Option<Node> {
        values.iter().try_fold(Node::NEVER, |any, value| {
            let is_it = self.the_first(
                diagram,
                self.classes.clone().into_iter().map(Given::Acr),
                &Given::Acr(value),
            )?;
            diagram.or(any, is_it)
        })
    }

    /// By a login not older than so many seconds: one that is not older than fewer is, too.
    pub(super) fn by_age(&mut self, diagram: &mut Diagram, seconds: u64) -> Option<Node> {
        let ages: Vec<_> = self.ages.iter().copied().filter(|age| *age <= seconds).collect();
        self.one_of(diagram, ages.into_iter().map(Given::Fresh))
    }

    /// That of values which exclude each other this is the one: none before it is so. Whatever is so of the variables, it is
    /// at most one value.
    fn the_first(
        &mut self,
        diagram: &mut Diagram,
        values: impl Iterator<Item = Given<'a>>,
        value: &Given<'a>,
    ) -> Option<Node> {
        let mut before = Node::NEVER;
        for other in values {
            let is_value = other == *value;
            let other = self.given(diagram, other)?;
            if is_value {
                let none_before = diagram.not(before)?;
                return diagram.and(none_before, other);
            }
            before = diagram.or(before, other)?;
        }
        Some(Node::NEVER)
    }
}
