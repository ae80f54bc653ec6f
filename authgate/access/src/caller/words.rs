//! The conditions that remain for a caller, in words.

use crate::{Part, Rule, in_words};

/// Returns the remaining condition of a rule, if the decision on some of its leaves is known.
pub(super) fn of(rule: &Rule, known: &impl Fn(&Rule) -> Option<bool>) -> String {
    match rule {
        Rule::All(parts) => several(parts, known, " and "),
        Rule::Any(parts) => several(parts, known, " or "),
        Rule::Not(part) => format!("not {}", part_of(part, known)),
        Rule::Held { right, tenant: Some(tenant) } => {
            format!("the caller has the {} {} in that {}", right.kind(), right.name(), tenant.name())
        }
        Rule::Held { right, .. } if right.kind() == "permission" => {
            format!("the credential allows {}", right.name())
        }
        Rule::Held { right, .. } => format!("the credential has the {} {}", right.kind(), right.name()),
        Rule::Builtin(builtin, value) => in_words(*builtin, value),
        Rule::Own(own) => format!("{} {} holds", own.kind(), own.name()),
        Rule::Policy { policy, on } => format!("{policy} allows access to that {on}"),
        Rule::Waived { .. } => String::new(),
    }
}

fn several(parts: &[Part], known: &impl Fn(&Rule) -> Option<bool>, between: &str) -> String {
    // A decided part does not change an undecided whole.
    let open: Vec<_> = parts.iter().filter(|part| part.decide(&mut |leaf| known(leaf)).is_none()).collect();
    match open.as_slice() {
        [part] => of(part, known),
        parts => parts.iter().map(|part| part_of(part, known)).collect::<Vec<_>>().join(between),
    }
}

/// Returns the condition of a part, in parentheses if it joins several conditions.
fn part_of(part: &Rule, known: &impl Fn(&Rule) -> Option<bool>) -> String {
    let text = of(part, known);
    match part {
        Rule::All(parts) | Rule::Any(parts) => {
            let open = parts.iter().filter(|part| part.decide(&mut |leaf| known(leaf)).is_none()).count();
            if open > 1 { format!("({text})") } else { text }
        }
        _ => text,
    }
}
