//! Two rules, each with its own lock's rights, as functions of the same variables.

use super::Meaning;
use super::diagram::{Diagram, Node};
use super::given::{Given, Givens};
use super::side::{self, Side};
use crate::lock::{Access, Rule};

/// Two rules.
#[derive(Debug)]
pub(super) struct Comparison<'a> {
    pub(super) sides: [&'a Side<'a>; 2],
    pub(super) accesses: [&'a Access; 2],
    /// Whether permissions are limited by scopes in one of the locks.
    limits: bool,
    pub(super) givens: Givens<'a>,
    pub(super) diagram: Diagram,
    pub(super) first: Node,
    pub(super) second: Node,
}

impl<'a> Comparison<'a> {
    /// `None` where it takes too much.
    pub(super) fn of(
        meaning: &'a Meaning<'a>,
        first: &'a Access,
        second: &'a Access,
        most_steps: usize,
    ) -> Option<Self> {
        let rules = [first, second].into_iter().filter_map(Access::rule);
        let mut comparison = Self {
            sides: [&meaning.first, &meaning.second],
            accesses: [first, second],
            limits: meaning.first.limits || meaning.second.limits,
            givens: Givens::of(rules.chain(meaning.asked.iter().copied())),
            diagram: Diagram::of(most_steps),
            first: Node::NEVER,
            second: Node::NEVER,
        };
        comparison.first = comparison.access(0, &meaning.asked)?;
        comparison.second = comparison.access(1, &meaning.asked)?;
        Some(comparison)
    }

    /// Whom the second lets in and the first does not.
    pub(super) fn newly(&mut self) -> Option<Node> {
        let not = self.diagram.not(self.first)?;
        self.diagram.and(self.second, not)
    }

    /// Whom the first lets in and the second does not.
    pub(super) fn no_longer(&mut self) -> Option<Node> {
        let not = self.diagram.not(self.second)?;
        self.diagram.and(self.first, not)
    }

    /// The types of the callers, where both are known and differ.
    pub(super) fn principals(&self) -> Option<[&'a str; 2]> {
        let [(first, one), (second, other)] = [(0, 0), (1, 1)]
            .map(|(side, access)| (self.sides.get(side).copied(), self.accesses.get(access).copied()));
        let (one, other) = (first?.principal(one?)?, second?.principal(other?)?);
        (one != other).then_some([one, other])
    }

    fn access(&mut self, at: usize, asked: &[&'a Rule]) -> Option<Node> {
        let (side, access) = (*self.sides.get(at)?, *self.accesses.get(at)?);
        if access.is_open() {
            return Some(Node::ALWAYS);
        }
        let mut all = self.givens.given(&mut self.diagram, Given::Known)?;
        if let Some(principals) = self.principals() {
            let is_first = self.givens.given(&mut self.diagram, Given::Principal(principals[0]))?;
            let is_second = self.givens.given(&mut self.diagram, Given::Principal(principals[1]))?;
            let of_type = if at == 0 {
                is_first
            } else {
                let not = self.diagram.not(is_first)?;
                self.diagram.and(not, is_second)?
            };
            all = self.diagram.and(all, of_type)?;
        }
        if let Some(rule) = access.rule() {
            let rule = self.rule(side, rule)?;
            all = self.diagram.and(all, rule)?;
        }
        for asked in asked {
            if !access.rule().is_some_and(|rule| side::waives(rule, asked)) {
                let asked = self.rule(side, asked)?;
                all = self.diagram.and(all, asked)?;
            }
        }
        Some(all)
    }

    fn rule(&mut self, side: &'a Side<'a>, rule: &'a Rule) -> Option<Node> {
        match rule {
            Rule::All(parts) => self.joined(side, parts, Node::ALWAYS, Diagram::and),
            Rule::Any(parts) => self.joined(side, parts, Node::NEVER, Diagram::or),
            Rule::Not(part) => {
                let part = self.rule(side, part)?;
                self.diagram.not(part)
            }
            Rule::Waived { .. } => Some(Node::ALWAYS),
            Rule::Held { kind, name, tenant } => self.held(side, kind, name, tenant.as_deref()),
            Rule::Factor(name) => self.right(side, "factor", name, None),
            Rule::Scheme(name) => self.givens.by_scheme(&mut self.diagram, name),
            Rule::Acr(values) => self.givens.by_class(&mut self.diagram, values),
            Rule::Fresh(seconds) => self.givens.by_age(&mut self.diagram, *seconds),
            own @ (Rule::Own { .. } | Rule::Policy { .. }) => {
                self.givens.given(&mut self.diagram, Given::Own(own.to_string()))
            }
        }
    }

    fn joined(
        &mut self,
        side: &'a Side<'a>,
        parts: &'a [Rule],
        nothing: Node,
        join: fn(&mut Diagram, Node, Node) -> Option<Node>,
    ) -> Option<Node> {
        let parts: Vec<_> = parts.iter().map(|part| self.rule(side, part)).collect::<Option<_>>()?;
        // The last is of the latest variables: what is joined with it from above has little to go through.
        parts.into_iter().rev().try_fold(nothing, |all, part| join(&mut self.diagram, part, all))
    }

    fn held(
        &mut self,
        side: &'a Side<'a>,
        kind: &'a str,
        name: &'a str,
        tenant: Option<&'a str>,
    ) -> Option<Node> {
        match kind {
            "permission" => self.permission(side, name, tenant),
            "scope" => {
                let scope = self.right(side, kind, name, tenant)?;
                if tenant.is_some() || !self.limits {
                    return Some(scope);
                }
                let says = self.givens.given(&mut self.diagram, Given::SaysScopes)?;
                self.diagram.and(says, scope)
            }
            kind => self.right(side, kind, name, tenant),
        }
    }

    /// By roles that grant it or by itself; and allowed by a scope, where they limit permissions.
    fn permission(&mut self, side: &'a Side<'a>, name: &'a str, tenant: Option<&'a str>) -> Option<Node> {
        let roles = side.permitting("role", name);
        let by_roles = self.one_of(roles, "role", tenant)?;
        let by_itself = self.right(side, "permission", name, tenant)?;
        let granted = self.diagram.or(by_roles, by_itself)?;
        if !side.limits {
            return Some(granted);
        }
        let says = self.givens.given(&mut self.diagram, Given::SaysScopes)?;
        let scopes = self.one_of(side.permitting("scope", name), "scope", None)?;
        let not = self.diagram.not(says)?;
        let allowed = self.diagram.or(not, scopes)?;
        self.diagram.and(granted, allowed)
    }

    fn right(
        &mut self,
        side: &'a Side<'a>,
        kind: &'a str,
        name: &'a str,
        tenant: Option<&'a str>,
    ) -> Option<Node> {
        self.one_of(side.by(kind, [name]), kind, tenant)
    }

    fn one_of(&mut self, names: Vec<&'a str>, kind: &'a str, tenant: Option<&'a str>) -> Option<Node> {
        let given = names.into_iter().map(|name| Given::Right { kind, name, tenant });
        self.givens.one_of(&mut self.diagram, given)
    }
}
