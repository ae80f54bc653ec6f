//! The conditions that remain for a caller, in words.

use crate::{Part, Rule, in_words};

/// Returns the remaining condition of a rule, if the decision on some of its leaves is known.
pub(super) fn of(rule: &Rule, known: &impl Fn(&Rule) -> Option<bool>) -> String {
    condition(rule, known, false)
}

/// Returns the condition of a rule, in parentheses if it is a part and joins several conditions.
fn condition(rule: &Rule, known: &impl Fn(&Rule) -> Option<bool>, is_part: bool) -> String {
    let between = match rule {
        Rule::All(_) => " and ",
        Rule::Any(_) => " or ",
        Rule::Not(part) => return format!("not {}", condition(part, known, true)),
        Rule::Held { right, tenant: Some(tenant) } => {
            return format!("the caller has the {} {} in that {}", right.kind(), right.name(), tenant.name());
        }
        Rule::Held { right, .. } if right.kind() == "permission" => {
            return format!("the credential allows {}", right.name());
        }
        Rule::Held { right, .. } => {
            return format!("the credential has the {} {}", right.kind(), right.name());
        }
        Rule::Builtin(builtin, value) => return in_words(*builtin, value),
        Rule::Own(own) => return format!("{} {} holds", own.kind(), own.name()),
        Rule::Policy { policy, on } => return format!("{policy} allows access to that {on}"),
        Rule::Waived { .. } => return String::new(),
    };
    // A decided part does not change an undecided whole.
    let parts = rule.parts().iter().map(Part::get);
    let open: Vec<_> = parts.filter(|part| part.decide(&mut |leaf| known(leaf)).is_none()).collect();
    if let [part] = open.as_slice() {
        return condition(part, known, is_part);
    }
    let text = open.iter().map(|part| condition(part, known, true)).collect::<Vec<_>>().join(between);
    if is_part { format!("({text})") } else { text }
}
