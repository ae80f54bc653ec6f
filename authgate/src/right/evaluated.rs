//! The evaluation of a right for a caller, part by part.

use std::fmt;

use super::ForbiddenReason;
use crate::access::Builtin;
use crate::right::{Decision, Held, Rule, Witness};

/// A right with the decision on each of its parts. For operators: it is logged with the denial, and
/// never sent to the client.
///
/// # Examples
///
/// ```
/// use authgate::Denial;
///
/// /// For the operator. A client must not see it.
/// fn log(denial: &Denial) {
///     let Some(evaluated) = denial.evaluated() else { return };
///     for part in evaluated.parts() {
///         println!("{}: {:?}", part.expression(), part.decision());
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluated {
    expression: &'static Rule,
    decision: Decision,
    parts: Vec<Self>,
    /// The scopes that the operation requires, set on the whole right if only scopes are missing.
    pub(crate) scopes: Vec<&'static str>,
}

impl Evaluated {
    /// Creates the evaluation of a right without parts.
    pub(crate) const fn leaf(expression: &'static Rule, decision: Decision) -> Self {
        Self { expression, decision, parts: Vec::new(), scopes: Vec::new() }
    }

    /// Makes this the last part of a larger right, whose other part already held.
    pub(crate) fn within(self, whole: &'static Rule, held: &'static Rule) -> Self {
        let decision = self.decision;
        Self {
            expression: whole,
            decision,
            parts: vec![Self::leaf(held, Decision::Allow), self],
            scopes: Vec::new(),
        }
    }

    /// Returns the right.
    #[must_use]
    pub const fn expression(&self) -> &'static Rule {
        self.expression
    }

    /// Returns the decision.
    pub const fn decision(&self) -> Decision {
        self.decision
    }

    /// Returns the parts of the right.
    #[must_use]
    pub fn parts(&self) -> &[Self] {
        &self.parts
    }

    /// Returns the failed parts that made the whole right fail, at any depth. Includes all
    /// alternatives.
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
            Rule::All(_) | Rule::Any(_) => {
                self.parts.iter().for_each(|part| part.collect_missing(missing));
            }
            _ => missing.push(self),
        }
    }
}

/// The login that a caller needs (RFC 9470 section 3).
#[derive(Default)]
pub(crate) struct Login {
    /// The maximum age in seconds.
    pub(crate) max_age: Option<u64>,
    /// The accepted classes, most preferred first.
    pub(crate) acr_values: Vec<&'static str>,
}

impl Evaluated {
    /// Returns the login that would give the caller the right: the first alternative that lacks
    /// nothing else.
    pub(crate) fn login(&self) -> Login {
        let mut login = Login::default();
        self.collect_login(&mut login);
        login
    }

    fn collect_login(&self, login: &mut Login) {
        match self.expression {
            Rule::Builtin(Builtin::Fresh, most) => {
                let seconds = most.seconds();
                login.max_age = Some(login.max_age.map_or(seconds, |other| other.min(seconds)));
            }
            Rule::Builtin(Builtin::Acr, values) => {
                let values: Vec<_> = values.alternatives().collect();
                if login.acr_values.is_empty() {
                    login.acr_values = values;
                } else if login.acr_values.iter().any(|known| values.contains(known)) {
                    login.acr_values.retain(|known| values.contains(known));
                }
            }
            Rule::All(_) => self.parts.iter().for_each(|part| part.collect_login(login)),
            Rule::Any(_) if !self.decision.is_allowed() => {
                let by_login = |part: &&Self| part.decision == Decision::Deny(ForbiddenReason::Login);
                self.parts.iter().find(by_login).into_iter().for_each(|part| part.collect_login(login));
            }
            _ => {}
        }
    }
}

/// Formats the evaluation on one line: `(role:editor: yes & scope:reports:write: no)`. A missing
/// role or permission lists the names that grant it: `role:editor: no (editor or admin is
/// sufficient)`.
impl fmt::Display for Evaluated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let between = match self.expression {
            // The parts were not recorded, because the right held.
            whole @ (Rule::All(_) | Rule::Any(_)) if self.parts.is_empty() => {
                return write!(f, "({whole}): {}", said(self.decision));
            }
            whole @ Rule::Not(_) if self.parts.is_empty() => {
                return write!(f, "{whole}: {}", said(self.decision));
            }
            Rule::All(_) => " & ",
            Rule::Any(_) => " | ",
            Rule::Not(_) => {
                f.write_str("!(")?;
                self.parts.iter().try_for_each(|part| write!(f, "{part}"))?;
                return write!(f, "): {}", said(self.decision));
            }
            leaf => {
                write!(f, "{leaf}: {}", said(self.decision))?;
                return match leaf {
                    Rule::Held { right: held, .. } if !self.decision.is_allowed() => would_do(f, held),
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
        Decision::Unavailable => "unsure",
    }
}

fn would_do(f: &mut fmt::Formatter<'_>, held: &Held) -> fmt::Result {
    let mut granting = held.granted_by().peekable();
    // Only the name itself grants it, so there is nothing to add.
    let first = granting.next();
    if granting.peek().is_none() {
        return Ok(());
    }
    f.write_str(" (")?;
    for (position, name) in first.into_iter().chain(granting).enumerate() {
        write!(f, "{}{name}", if position > 0 { " or " } else { "" })?;
    }
    f.write_str(" is sufficient)")
}

/// Records the evaluation of a right.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    /// The right being evaluated, and at the end the whole right.
    current: Option<Evaluated>,
    /// The enclosing rights, outermost first. Empty, without an allocation, for a right without
    /// parts.
    around: Vec<Evaluated>,
}

impl Writer {
    /// Returns the evaluation of the whole right.
    pub(crate) fn finish(self) -> Option<Evaluated> {
        self.current
    }
}

impl Witness for Writer {
    const THOROUGH: bool = true;

    fn enter(&mut self, expression: &'static Rule) {
        let outer = self.current.replace(Evaluated::leaf(expression, Decision::Unavailable));
        self.around.extend(outer);
    }

    fn leave(&mut self, decision: Decision) {
        let Some(evaluated) = &mut self.current else { return };
        evaluated.decision = decision;
        if let Some(mut whole) = self.around.pop() {
            whole.parts.extend(self.current.take());
            self.current = Some(whole);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::access::Own;
    use crate::right::Context;
    use crate::right::DenialMessage;
    use crate::right::{Acr, All, Any, ConstStr, Factor, Fresh, Not, Requirement, Right, factor};

    struct Is<const YES: bool>;
    struct Unsure;
    struct Gold;
    struct SilverOrGold;

    impl<const YES: bool> Right for Is<YES> {
        const RULE: &'static Rule =
            &Rule::Own(Own::new("is", if YES { "so" } else { "not-so" }, &DenialMessage::DENIED));
    }

    impl<const YES: bool> Requirement<()> for Is<YES> {
        fn decide((): &(), _: &Context) -> Decision {
            Decision::allow_if(YES)
        }
    }

    impl Right for Unsure {
        const RULE: &'static Rule = &Rule::Own(Own::new("is", "unsure", &DenialMessage::DENIED));
    }

    impl Requirement<()> for Unsure {
        fn decide((): &(), _: &Context) -> Decision {
            Decision::Unavailable
        }
    }

    impl ConstStr for Gold {
        const TEXT: &'static str = "gold";
    }

    impl ConstStr for SilverOrGold {
        const TEXT: &'static str = "silver gold";
    }

    type So = Is<true>;
    type NotSo = Is<false>;

    fn evaluated<R: Requirement<()>>(context: &Context) -> Evaluated {
        let mut writer = Writer::default();
        let _ = R::evaluate(&(), context, &mut writer);
        writer.finish().unwrap()
    }

    fn shown<R: Requirement<()>>() -> String {
        evaluated::<R>(&Context::of("Bearer")).to_string()
    }

    #[test]
    fn display_shows_the_rule_with_the_result_of_each_part() {
        assert_eq!(shown::<So>(), "is:so: yes");
        assert_eq!(shown::<Unsure>(), "is:unsure: unsure");
        assert_eq!(shown::<All<(So, NotSo)>>(), "(is:so: yes & is:not-so: no)");
        assert_eq!(shown::<Not<So>>(), "!(is:so: yes): no");
        // Every part is evaluated, even after the first failure.
        assert_eq!(
            shown::<All<(NotSo, Any<(NotSo, All<(So, Unsure)>)>, Not<Any<(NotSo, So)>>)>>(),
            "(is:not-so: no & (is:not-so: no | (is:so: yes & is:unsure: unsure)) & \
             !((is:not-so: no | is:so: yes)): no)"
        );
        assert_eq!(shown::<Not<Not<Unsure>>>(), "!(!(is:unsure: unsure): unsure): unsure");
    }

    #[test]
    fn previously_satisfied_rule_is_displayed_as_satisfied() {
        fn after<Before: Right>() -> String {
            evaluated::<NotSo>(&Context::of("Bearer"))
                .within(<All<(Before, NotSo)>>::RULE, Before::RULE)
                .to_string()
        }
        assert_eq!(after::<So>(), "(is:so: yes & is:not-so: no)");
        assert_eq!(after::<Any<(So, NotSo)>>(), "((is:so | is:not-so): yes & is:not-so: no)");
        assert_eq!(after::<Not<NotSo>>(), "(!is:not-so: yes & is:not-so: no)");
    }

    #[test]
    fn missing_lists_only_failed_requirements() {
        fn missing<R: Requirement<()>>() -> Vec<String> {
            let evaluated = evaluated::<R>(&Context::of("Bearer"));
            evaluated.missing().iter().map(|part| part.expression().to_string()).collect()
        }
        assert_eq!(missing::<All<(So, NotSo, Not<So>)>>(), ["is:not-so", "!is:so"]);
        assert_eq!(missing::<Any<(NotSo, All<(So, Not<So>)>)>>(), ["is:not-so", "!is:so"]);
        assert_eq!(missing::<All<(NotSo, Any<(So, NotSo)>)>>(), ["is:not-so"], "an alternative that holds");
        assert_eq!(missing::<All<(NotSo, Unsure)>>(), ["is:not-so"], "it is not known to be missing");
        assert_eq!(missing::<Any<(So, NotSo)>>(), [""; 0]);
    }

    #[test]
    fn login_merges_all_parts_and_takes_first_alternative_missing_only_login() {
        fn login<R: Requirement<()>>() -> (Option<u64>, String) {
            let old = Context::of("Bearer").with_authenticated_at(SystemTime::UNIX_EPOCH);
            let Login { max_age, acr_values } = evaluated::<R>(&old).login();
            (max_age, acr_values.join(" "))
        }
        let expected = |max_age, acr_values: &str| (max_age, acr_values.to_owned());
        assert_eq!(login::<Fresh<300>>(), expected(Some(300), ""));
        assert_eq!(login::<All<(Fresh<300>, So, Fresh<60>)>>(), expected(Some(60), ""));
        assert_eq!(login::<Acr<SilverOrGold>>(), expected(None, "silver gold"));
        assert_eq!(login::<All<(Acr<SilverOrGold>, Acr<Gold>)>>(), expected(None, "gold"));
        assert_eq!(login::<Factor<factor::ByOtp>>(), expected(None, ""));
        assert_eq!(login::<Any<(All<(NotSo, Fresh<60>)>, Fresh<300>)>>(), expected(Some(300), ""));
        assert_eq!(login::<Any<(Fresh<60>, Fresh<300>)>>(), expected(Some(60), ""));
        assert_eq!(login::<All<(Any<(So, Fresh<60>)>, Fresh<300>)>>(), expected(Some(300), ""));
        assert_eq!(login::<All<(Not<Fresh<60>>, Acr<Gold>)>>(), expected(None, "gold"));
    }
}
