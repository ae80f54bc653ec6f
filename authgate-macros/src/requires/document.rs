//! Describes the rule in the documentation of the function.

use authgate_access::{Builtin, Values};
use quote::ToTokens;

use super::attr::{Conceal, Waive};
use super::check::Checked;
use super::held::Of;
use super::login::Value;
use super::part::{Group, Part, RequiredRight};

/// Returns ``**Requires** role `admin` and scope `reports:write`.``
pub(super) fn document(rule: &Checked) -> String {
    let mut told: Vec<String> = rule.parts.iter().map(describe).collect();
    told.extend(rule.over.iter().flat_map(|over| &over.parts).map(describe));
    if told.is_empty() {
        let principal = rule.principal.as_ref().map(|principal| format!("a `{}`", written(principal)));
        told.push(principal.unwrap_or_else(|| "an authenticated caller".to_owned()));
    }
    let concealed = match &rule.conceal {
        None => String::new(),
        Some(Conceal { from: None, .. }) => " (concealed)".to_owned(),
        Some(Conceal { from: Some(from), .. }) => {
            format!(" (concealed from callers without `{}`)", written(from))
        }
    };
    let waived = rule.waive.as_ref().map(|Waive { requirement, reason }| {
        format!(" `{}` is waived: {}.", written(requirement), reason.trim_end_matches('.'))
    });
    format!("**Requires** {}{concealed}.{}", joined(&told, "and"), waived.unwrap_or_default())
}

/// Formats a list as `a, b and c`.
fn joined(parts: &[String], word: &str) -> String {
    match parts {
        [before @ .., last] if !before.is_empty() => format!("{} {word} {last}", before.join(", ")),
        _ => parts.concat(),
    }
}

/// Describes one part. Nested lists are in parentheses.
fn describe(part: &Part) -> String {
    match &part.asked {
        RequiredRight::Held { kind, of, tenant } => {
            let name = match of {
                Of::Name(name) => name.value(),
                Of::Variant { set, variant, .. } => format!("{}::{variant}", written(set)),
            };
            let tenant = tenant.as_ref().map(|tenant| format!(" in `{}`", written(tenant)));
            format!("{} `{name}`{}", kind.word(), tenant.unwrap_or_default())
        }
        RequiredRight::Policy(ty) | RequiredRight::Async(ty) => format!("policy `{}`", written(ty)),
        RequiredRight::Over { policy, thing, .. } => {
            format!("policy `{}` on `{}`", written(policy), written(thing))
        }
        RequiredRight::Group(Group::Not, parts) => {
            let parts: Vec<String> = parts.iter().map(describe).collect();
            format!("not {}", parts.concat())
        }
        RequiredRight::Group(group, parts) => {
            let parts: Vec<String> = parts.iter().map(describe).collect();
            let text = joined(&parts, if *group == Group::Any { "or" } else { "and" });
            format!("({text})")
        }
        RequiredRight::Scheme(scheme) => format!("the scheme `{}`", written(scheme)),
        RequiredRight::Fresh(age) => {
            let plural = if age.count == 1 { "" } else { "s" };
            format!("a login of at most {} {}{plural} ago", age.count, age.unit)
        }
        RequiredRight::Text(builtin, value) => {
            let is_list = builtin.row().values == Values::Alternatives;
            let value = match value {
                Value::Text(values, _) if is_list => {
                    let values: Vec<String> = values.split(' ').map(|value| format!("`{value}`")).collect();
                    joined(&values, "or")
                }
                Value::Text(text, _) => format!("`{text}`"),
                Value::Method(text, ..) => format!("`{text}`"),
                Value::Type(ty) => format!("`{}`", written(ty)),
            };
            match builtin {
                Builtin::Acr => format!("a login of class {value}"),
                Builtin::Factor => format!("a login by {value}"),
                builtin => format!("the {} {value}", builtin.row().keyword),
            }
        }
    }
}

fn written(tokens: &(impl ToTokens + ?Sized)) -> String {
    tokens.to_token_stream().to_string().replace(' ', "")
}
