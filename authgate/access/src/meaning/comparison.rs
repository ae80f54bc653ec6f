//! Two rules, each with the rights of its lock, as functions of the same variables.

use super::Meaning;
use super::diagram::{Diagram, Node};
use super::side::Side;
use super::variable::{Right, Variable, Variables};
use crate::lock::Access;
use crate::{Part, Rule};

/// A rule with the rights of its lock, and the callers that it allows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ruled<'a> {
    pub(super) side: &'a Side<'a>,
    pub(super) access: &'a Access,
    pub(super) callers: Node,
}

/// Two rules.
#[derive(Debug)]
pub(super) struct Comparison<'a> {
    pub(super) first: Ruled<'a>,
    pub(super) second: Ruled<'a>,
    /// `true` if scopes limit permissions in one of the locks.
    limits: bool,
    pub(super) variables: Variables<'a>,
    pub(super) diagram: Diagram,
}

impl<'a> Comparison<'a> {
    /// Returns `None` if the rules are too large to compare.
    pub(super) fn of(
        meaning: &'a Meaning<'a>,
        first: &'a Access,
        second: &'a Access,
        most_steps: usize,
    ) -> Option<Self> {
        let rules = [first, second].into_iter().flat_map(Access::rules);
        let mut comparison = Self {
            first: Ruled { side: &meaning.first, access: first, callers: Node::NEVER },
            second: Ruled { side: &meaning.second, access: second, callers: Node::NEVER },
            limits: meaning.first.limits || meaning.second.limits,
            variables: Variables::of(rules.chain(meaning.asked.iter().copied())),
            diagram: Diagram::of(most_steps),
        };
        let known = comparison.variables.is(&mut comparison.diagram, Variable::Known)?;
        let types = comparison.types();
        comparison.first.callers = comparison.callers(comparison.first, known, &types, &meaning.asked)?;
        comparison.second.callers = comparison.callers(comparison.second, known, &types, &meaning.asked)?;
        Some(comparison)
    }

    /// Returns the callers that a rule allows and another denies.
    pub(super) fn only(&mut self, one: Ruled<'a>, other: Ruled<'a>) -> Option<Node> {
        let not = self.diagram.not(other.callers)?;
        self.diagram.and(one.callers, not)
    }

    /// Returns the principal types of both accesses. The result is empty if the type makes no
    /// difference: there is only one, or one is not known.
    fn types(&self) -> Vec<&'a str> {
        let mut types = Vec::new();
        for ruled in [self.first, self.second] {
            for alternative in ruled.access.alternatives() {
                match ruled.side.principal(alternative) {
                    Some(name) if types.contains(&name) => {}
                    Some(name) => types.push(name),
                    None => return Vec::new(),
                }
            }
        }
        if types.len() > 1 { types } else { Vec::new() }
    }

    /// Returns the callers of a principal type. A caller has exactly one of the types.
    fn of_type(&mut self, name: Option<&str>, types: &[&'a str]) -> Option<Node> {
        let mut others = Node::ALWAYS;
        for known in types {
            let is_it = self.variables.is(&mut self.diagram, Variable::Principal(known))?;
            if Some(*known) == name {
                return self.diagram.and(others, is_it);
            }
            let not = self.diagram.not(is_it)?;
            others = self.diagram.and(others, not)?;
        }
        Some(Node::ALWAYS)
    }

    /// Returns the callers that an access allows. `known` are the authenticated callers.
    fn callers(
        &mut self,
        ruled: Ruled<'a>,
        known: Node,
        types: &[&'a str],
        asked: &[&'a Rule],
    ) -> Option<Node> {
        let Ruled { side, access, .. } = ruled;
        if access.is_open() {
            return Some(Node::ALWAYS);
        }
        let mut callers = Node::NEVER;
        for alternative in access.alternatives() {
            let of_type = self.of_type(side.principal(alternative), types)?;
            let mut all = self.diagram.and(known, of_type)?;
            if let Some(rule) = alternative.rule() {
                let rule = self.rule(side, rule)?;
                all = self.diagram.and(all, rule)?;
            }
            for asked in asked {
                if !alternative.rule().is_some_and(|rule| rule.waived().contains(asked)) {
                    let asked = self.rule(side, asked)?;
                    all = self.diagram.and(all, asked)?;
                }
            }
            callers = self.diagram.or(callers, all)?;
        }
        Some(callers)
    }

    fn rule(&mut self, side: &'a Side<'a>, rule: &'a Rule) -> Option<Node> {
        match rule {
            Rule::All(parts) => self.joined(side, parts, Node::ALWAYS, Diagram::and),
            Rule::Any(parts) => self.joined(side, parts, Node::NEVER, Diagram::or),
            Rule::Not(part) => {
                let part = self.rule(side, part.get())?;
                self.diagram.not(part)
            }
            Rule::Waived { .. } => Some(Node::ALWAYS),
            Rule::Own(_) | Rule::Policy { .. } => {
                let own = self.own(side, rule);
                self.variables.is(&mut self.diagram, own)
            }
            Rule::Builtin(builtin, value) if !builtin.is_declared() => {
                self.variables.meets(&mut self.diagram, *builtin, value)
            }
            Rule::Held { .. } | Rule::Builtin(..) => self.held(side, Right::of(rule)?),
        }
    }

    /// Returns the variable of a policy or of a custom requirement. The two sides have different
    /// variables if they declare different types of the name.
    pub(super) fn own(&self, side: &Side<'_>, rule: &Rule) -> Variable<'a> {
        let text = rule.to_string();
        let Some(path) = side.lock.type_path(rule) else { return Variable::Own(text) };
        let differs = |other: &&Side<'_>| other.lock.type_path(rule).is_some_and(|other| other != path);
        let is_another = [self.first.side, self.second.side].iter().any(differs);
        Variable::Own(if is_another { format!("{text} = {path}") } else { text })
    }

    fn joined(
        &mut self,
        side: &'a Side<'a>,
        parts: &'a [Part],
        nothing: Node,
        join: fn(&mut Diagram, Node, Node) -> Option<Node>,
    ) -> Option<Node> {
        let parts: Vec<_> = parts.iter().map(|part| self.rule(side, part.get())).collect::<Option<_>>()?;
        // The last part has the latest variables, so joining it first keeps the diagrams small.
        parts.into_iter().rev().try_fold(nothing, |all, part| join(&mut self.diagram, part, all))
    }

    fn held(&mut self, side: &'a Side<'a>, right: Right<'a>) -> Option<Node> {
        if right.kind == "permission" {
            return self.permission(side, right);
        }
        let held = self.one_of(side.by(right.kind, [right.name]), right)?;
        if right.kind != "scope" || right.tenant.is_some() || !self.limits {
            return Some(held);
        }
        let says = self.variables.is(&mut self.diagram, Variable::SaysScopes)?;
        self.diagram.and(says, held)
    }

    /// A permission is held directly or granted by a role. If scopes limit permissions, a scope
    /// must allow it as well.
    fn permission(&mut self, side: &'a Side<'a>, permission: Right<'a>) -> Option<Node> {
        let name = permission.name;
        let by_roles = self.one_of(side.permitting("role", name), Right { kind: "role", ..permission })?;
        let by_itself = self.one_of(side.by("permission", [name]), permission)?;
        let granted = self.diagram.or(by_roles, by_itself)?;
        if !side.limits {
            return Some(granted);
        }
        let says = self.variables.is(&mut self.diagram, Variable::SaysScopes)?;
        let scope = Right { kind: "scope", name, tenant: None };
        let scopes = self.one_of(side.permitting("scope", name), scope)?;
        let not = self.diagram.not(says)?;
        let allowed = self.diagram.or(not, scopes)?;
        self.diagram.and(granted, allowed)
    }

    /// Returns the callers with a right of one of these names.
    fn one_of(&mut self, names: Vec<&'a str>, right: Right<'a>) -> Option<Node> {
        let given = names.into_iter().map(|name| Variable::Right(Right { name, ..right }));
        self.variables.one_of(&mut self.diagram, given)
    }
}
