//! The meaning of a rule in its simplest form, without bit masks, precomputed implications or
//! shortcuts.

use authgate::Decision;
use authgate::access::{Builtin, Rule};
use authgate::denial::{DenialMessage, ForbiddenReason, Reason};
use authgate::right::Evaluated;

use crate::rights::{Facts, Role, Scope};

/// The model's decision on a rule and on each part.
pub(crate) struct Seen {
    pub(crate) decision: Decision,
    parts: Vec<Self>,
}

impl Seen {
    pub(crate) fn is(&self, evaluated: &Evaluated) -> bool {
        self.decision == evaluated.decision()
            && self.parts.len() == evaluated.parts().len()
            && self.parts.iter().zip(evaluated.parts()).all(|(seen, part)| seen.is(part))
    }

    pub(crate) fn reason(&self) -> Reason {
        match self.decision {
            Decision::Deny(ForbiddenReason::Login) => Reason::Forbidden(ForbiddenReason::Login),
            Decision::Deny(lack) => Reason::Forbidden(lack),
            _ => Reason::Unavailable,
        }
    }
}

pub(crate) fn judge(rule: &Rule, facts: &Facts) -> Seen {
    let parts: Vec<Seen> = match rule {
        Rule::All(parts) | Rule::Any(parts) => parts.iter().map(|part| judge(part, facts)).collect(),
        Rule::Not(part) => vec![judge(part, facts)],
        _ => Vec::new(),
    };
    let decision = match rule {
        Rule::All(_) => all(&parts),
        Rule::Any(_) => any(&parts),
        Rule::Not(_) => match parts[0].decision {
            Decision::Allow => Decision::Deny(ForbiddenReason::Excluded),
            Decision::Unavailable => Decision::Unavailable,
            _ => Decision::Allow,
        },
        leaf => evaluate_leaf(leaf, facts),
    };
    Seen { decision, parts }
}

/// Denies if a part denies, for the most severe reason. Otherwise undecided if a part is, else
/// allowed.
fn all(parts: &[Seen]) -> Decision {
    let refused = parts.iter().filter_map(forbidden_reason).rev().max_by_key(severity);
    let unsure = parts.iter().any(|part| part.decision == Decision::Unavailable);
    match refused {
        Some(forbidden_reason) => Decision::Deny(forbidden_reason),
        None if unsure => Decision::Unavailable,
        None => Decision::Allow,
    }
}

/// Allows if a part allows. Otherwise undecided if a part is, else denied for the least severe
/// reason.
fn any(parts: &[Seen]) -> Decision {
    if parts.iter().any(|part| part.decision == Decision::Allow) {
        return Decision::Allow;
    }
    if parts.iter().any(|part| part.decision == Decision::Unavailable) {
        return Decision::Unavailable;
    }
    Decision::Deny(parts.iter().filter_map(forbidden_reason).min_by_key(severity).expect("at least one part"))
}

fn forbidden_reason(part: &Seen) -> Option<ForbiddenReason> {
    match part.decision {
        Decision::Deny(lack) => Some(lack),
        _ => None,
    }
}

fn severity(lack: &ForbiddenReason) -> usize {
    let order = [
        ForbiddenReason::Login,
        ForbiddenReason::Scope,
        ForbiddenReason::Scheme,
        ForbiddenReason::Excluded,
        ForbiddenReason::Permission,
        ForbiddenReason::Role,
    ];
    order.iter().position(|known| known == lack).unwrap_or(order.len())
}

fn evaluate_leaf(leaf: &Rule, facts: &Facts) -> Decision {
    let (so, lack) = match leaf {
        Rule::Held { right: held, .. } if held.kind() == "role" => {
            (facts.roles.iter().any(|role| implies(role_name(*role), held.name())), ForbiddenReason::Role)
        }
        Rule::Held { right: held, .. } if held.kind() == "permission" => {
            let granted = facts.roles.iter().any(|role| {
                let roles = ["guest", "viewer", "editor", "auditor", "admin"];
                let reached = roles.into_iter().filter(|to| implies(role_name(*role), to));
                reached.filter_map(granted_by).any(|permission| implies(permission, held.name()))
            });
            (granted, ForbiddenReason::Permission)
        }
        Rule::Held { right: held, .. } => (
            facts.scopes.iter().any(|scope| implies(scope_name(*scope), held.name())),
            ForbiddenReason::Scope,
        ),
        Rule::Builtin(builtin, value) => {
            let so = match builtin {
                Builtin::Fresh => facts.age.is_some_and(|age| age < value.seconds()),
                Builtin::Acr => facts.class.is_some_and(|class| value.alternatives().any(|one| one == class)),
                Builtin::Factor => facts.methods.contains(&value.text()),
                Builtin::Scheme => value.text() == "Number",
                other => panic!("{other:?} is not of this test"),
            };
            (so, if *builtin == Builtin::Scheme { ForbiddenReason::Scheme } else { ForbiddenReason::Login })
        }
        Rule::Own(own) => {
            let (known, refusal) = match own.name() {
                "Active" => (facts.active, own.refusal()),
                _ => (facts.premium, &DenialMessage::DENIED),
            };
            let Some(so) = known else { return Decision::Unavailable };
            (so, ForbiddenReason::Policy(refusal))
        }
        other => panic!("{other} is not of this test"),
    };
    if so { Decision::Allow } else { Decision::Deny(lack) }
}

fn granted_by(role: &str) -> Option<&'static str> {
    match role {
        "viewer" => Some("look"),
        "editor" => Some("publish"),
        "auditor" => Some("inspect"),
        _ => None,
    }
}

/// Follows the implications step by step.
fn implies(from: &str, to: &str) -> bool {
    let next: &[&str] = match from {
        "viewer" => &["guest"],
        "editor" => &["viewer"],
        "admin" => &["editor", "auditor"],
        "write" => &["read"],
        "publish" => &["correct"],
        _ => &[],
    };
    from == to || next.iter().any(|next| implies(next, to))
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Guest => "guest",
        Role::Viewer => "viewer",
        Role::Editor => "editor",
        Role::Auditor => "auditor",
        Role::Admin => "admin",
    }
}

fn scope_name(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "read",
        Scope::Write => "write",
        Scope::Share => "share",
    }
}
