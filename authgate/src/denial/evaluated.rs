//! A rule as it was evaluated for a caller: which part held, which did not, and what would have been enough.

use std::fmt;

use super::Lack;
use crate::access::{Expression, Held};
use crate::right::{Decision, Witness};

/// A right, and what was decided of it for a caller, part by part. For the operator: it goes into the event of the denial,
/// and never to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluated {
    expression: &'static Expression,
    decision: Decision,
    parts: Vec<Self>,
}

impl Evaluated {
    /// Of a right without parts.
    pub(crate) const fn leaf(expression: &'static Expression, decision: Decision) -> Self {
        Self { expression, decision, parts: Vec::new() }
    }

    /// The right.
    #[must_use]
    pub const fn expression(&self) -> &'static Expression {
        self.expression
    }

    /// What was decided.
    pub const fn decision(&self) -> Decision {
        self.decision
    }

    /// The parts that it is made of.
    #[must_use]
    pub fn parts(&self) -> &[Self] {
        &self.parts
    }

    /// The parts, at any depth, whose failing made the whole fail: with them, it would hold. Of alternatives, all.
    pub(crate) fn missing(&self) -> Vec<&Self> {
        let mut missing = Vec::new();
        self.collect_missing(&mut missing);
        missing
    }

    fn collect_missing<'a>(&'a self, missing: &mut Vec<&'a Self>) {
        if !matches!(self.decision, Decision::Deny(_)) {
            return;
        }
        match self.expression {
            Expression::All(_) | Expression::Any(_) => {
                self.parts.iter().for_each(|part| part.collect_missing(missing));
            }
            _ => missing.push(self),
        }
    }
}

/// The login that a caller needs (RFC 9470 section 3).
#[derive(Default)]
pub(super) struct Login {
    /// How old it may be, in seconds.
    pub(super) max_age: Option<u64>,
    /// Its class, the most welcome first.
    pub(super) acr_values: Vec<&'static str>,
}

impl Evaluated {
    /// The login by which the caller would have the right: of alternatives, by the first that lacks nothing else.
    pub(super) fn login(&self) -> Login {
        let mut login = Login::default();
        self.collect_login(&mut login);
        login
    }

    fn collect_login(&self, login: &mut Login) {
        match self.expression {
            Expression::Fresh(seconds) => {
                login.max_age = Some(login.max_age.map_or(*seconds, |other| other.min(*seconds)));
            }
            Expression::Acr(values) => {
                let values: Vec<_> = values.split(' ').filter(|value| !value.is_empty()).collect();
                if login.acr_values.is_empty() {
                    login.acr_values = values;
                } else if login.acr_values.iter().any(|known| values.contains(known)) {
                    login.acr_values.retain(|known| values.contains(known));
                }
            }
            Expression::All(_) => self.parts.iter().for_each(|part| part.collect_login(login)),
            Expression::Any(_) if !self.decision.is_allowed() => {
                let by_login = |part: &&Self| part.decision == Decision::Deny(Lack::Login);
                self.parts.iter().find(by_login).into_iter().for_each(|part| part.collect_login(login));
            }
            _ => {}
        }
    }
}

/// One line: `(role:editor: yes & scope:reports:write: no)`; of a role or permission that is missing, with those that grant
/// it: `role:editor: no (editor or admin would do)`.
impl fmt::Display for Evaluated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let between = match self.expression {
            Expression::All(_) => " & ",
            Expression::Any(_) => " | ",
            Expression::Not(_) => {
                f.write_str("!(")?;
                self.parts.iter().try_for_each(|part| write!(f, "{part}"))?;
                return write!(f, "): {}", said(self.decision));
            }
            leaf => {
                write!(f, "{leaf}: {}", said(self.decision))?;
                return match leaf {
                    Expression::Held(held) | Expression::In { held, .. } if !self.decision.is_allowed() => {
                        would_do(f, held)
                    }
                    _ => Ok(()),
                };
            }
        };
        f.write_str("(")?;
        for (position, part) in self.parts.iter().enumerate() {
            write!(f, "{}{part}", if position > 0 { between } else { "" })?;
        }
        f.write_str(")")
    }
}

const fn said(decision: Decision) -> &'static str {
    match decision {
        Decision::Allow => "yes",
        Decision::Deny(_) => "no",
        Decision::Undecided => "unsure",
    }
}

fn would_do(f: &mut fmt::Formatter<'_>, held: &Held) -> fmt::Result {
    let mut granting = held.granted_by().peekable();
    // Only itself: nothing that the reader does not see.
    let first = granting.next();
    if granting.peek().is_none() {
        return Ok(());
    }
    f.write_str(" (")?;
    for (position, name) in first.into_iter().chain(granting).enumerate() {
        write!(f, "{}{name}", if position > 0 { " or " } else { "" })?;
    }
    f.write_str(" would do)")
}

/// Writes down what is decided.
#[derive(Debug, Default)]
pub struct Writer {
    open: Vec<Evaluated>,
    done: Option<Evaluated>,
}

impl Writer {
    /// What was written, once the whole is decided.
    pub(crate) fn finish(self) -> Option<Evaluated> {
        self.done
    }
}

impl Witness for Writer {
    const THOROUGH: bool = true;

    fn enter(&mut self, expression: &'static Expression) {
        self.open.push(Evaluated { expression, decision: Decision::Undecided, parts: Vec::new() });
    }

    fn leave(&mut self, decision: Decision) {
        let Some(mut evaluated) = self.open.pop() else { return };
        evaluated.decision = decision;
        match self.open.last_mut() {
            Some(whole) => whole.parts.push(evaluated),
            None => self.done = Some(evaluated),
        }
    }
}
