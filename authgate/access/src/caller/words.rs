//! What is still asked of somebody, in words.

use crate::{Part, Rule, in_words};

/// What a rule still asks, where it is known of some of its leaves whether they hold.
pub(super) fn of(rule: &Rule, known: &impl Fn(&Rule) -> Option<bool>) -> String {
    match rule {
        Rule::All(parts) => several(parts, known, " and "),
        Rule::Any(parts) => several(parts, known, " or "),
        Rule::Not(part) => format!("not {}", part_of(part, known)),
        Rule::Held { right, tenant: Some(tenant) } => {
            format!("{} {} is held in that {}", right.kind(), right.name(), tenant.name())
        }
        Rule::Held { right, .. } if right.kind() == "permission" => {
            format!("the credential allows {}", right.name())
        }
        Rule::Held { right, .. } => format!("the credential has the {} {}", right.kind(), right.name()),
        Rule::Builtin(builtin, value) => in_words(*builtin, value),
        Rule::Own(own) => format!("{} {} holds", own.kind(), own.name()),
        Rule::Policy { policy, on } => format!("{policy} agrees on that {on}"),
        Rule::Waived { .. } => String::new(),
    }
}

fn several(parts: &[Part], known: &impl Fn(&Rule) -> Option<bool>, between: &str) -> String {
    // What is decided already makes no difference where the whole is not.
    let open: Vec<_> = parts.iter().filter(|part| part.decide(&mut |leaf| known(leaf)).is_none()).collect();
    match open.as_slice() {
        [part] => of(part, known),
        parts => parts.iter().map(|part| part_of(part, known)).collect::<Vec<_>>().join(between),
    }
}

/// In parentheses, where it is a mix.
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
