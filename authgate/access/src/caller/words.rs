//! What is still asked of somebody, in words.

use crate::lock::Rule;

/// What a rule still asks, where it is known of some of its leaves whether they hold.
pub(super) fn of(rule: &Rule, known: &impl Fn(&Rule) -> Option<bool>) -> String {
    match rule {
        Rule::All(parts) => several(parts, known, " and "),
        Rule::Any(parts) => several(parts, known, " or "),
        Rule::Not(part) => format!("not {}", part_of(part, known)),
        Rule::Held { kind, name, tenant: Some(tenant) } => format!("{kind} {name} is held in that {tenant}"),
        Rule::Held { kind, name, .. } if kind == "permission" => format!("the credential allows {name}"),
        Rule::Held { kind, name, .. } => format!("the credential has the {kind} {name}"),
        Rule::Scheme(name) => format!("he comes by {name}"),
        Rule::Fresh(seconds) => format!("the login is not older than {}", age(*seconds)),
        Rule::Acr(values) => format!("the login is of class {}", values.join(" or ")),
        Rule::Factor(method) => format!("the login used {method}"),
        Rule::Own { kind, name } => format!("{kind} {name} holds"),
        Rule::Policy { policy, on } => format!("{policy} agrees on that {on}"),
        Rule::Waived { .. } => String::new(),
    }
}

fn several(parts: &[Rule], known: &impl Fn(&Rule) -> Option<bool>, between: &str) -> String {
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

/// `300` as `5 min`.
pub(crate) fn age(seconds: u64) -> String {
    for (unit, name) in [(86_400, "d"), (3_600, "h"), (60, "min")] {
        if seconds >= unit && seconds.is_multiple_of(unit) {
            return format!("{} {name}", seconds / unit);
        }
    }
    format!("{seconds} s")
}

#[cfg(test)]
mod tests {
    use super::age;

    #[test]
    fn an_age_is_told_in_its_largest_whole_unit() {
        for (seconds, expected) in [(0, "0 s"), (90, "90 s"), (300, "5 min"), (7_200, "2 h"), (86_400, "1 d")]
        {
            assert_eq!(age(seconds), expected);
        }
    }
}
