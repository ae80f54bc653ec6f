//! One part of a rule.

use authgate_access::Builtin;
use proc_macro2::Span;
use quote::ToTokens;
use syn::{LitStr, Type};

use super::held::Of;
use super::login::{Age, Value};
use crate::set::Kind;

pub(super) struct Part {
    /// The span for errors in this part.
    pub(super) span: Span,
    pub(super) asked: Asked,
}

pub(super) enum Asked {
    Held {
        kind: Kind,
        of: Of,
        tenant: Option<Type>,
    },
    Policy(Type),
    Group(Group, Vec<Part>),
    Scheme(Type),
    Fresh(Age),
    /// A built-in requirement whose value is a text.
    Text(Builtin, Value),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    All,
    Any,
    Not,
}

impl Group {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Any => "any",
            Self::Not => "not",
        }
    }
}

impl Part {
    /// Returns `true` if the part determines the principal.
    pub(super) fn says_whose(&self) -> bool {
        match &self.asked {
            Asked::Held { .. } | Asked::Policy(_) => true,
            Asked::Group(_, parts) => parts.iter().any(Self::says_whose),
            _ => false,
        }
    }

    /// Collects the names in this part that are looked up.
    pub(super) fn names<'a>(&'a self, names: &mut Vec<(Kind, &'a LitStr)>) {
        match &self.asked {
            Asked::Held { kind, of: Of::Name(name), .. } => names.push((*kind, name)),
            Asked::Group(_, parts) => parts.iter().for_each(|part| part.names(names)),
            _ => {}
        }
    }

    /// Returns `true` if any right in this part is required in a tenant.
    pub(super) fn asks_in_tenant(&self) -> bool {
        match &self.asked {
            Asked::Held { tenant, .. } => tenant.is_some(),
            Asked::Group(_, parts) => parts.iter().any(Self::asks_in_tenant),
            _ => false,
        }
    }

    /// Returns the first role or permission that is not required in a tenant, with the list that
    /// contains it.
    pub(super) fn asks_everywhere(&self, within: Group) -> Option<(Group, Span)> {
        match &self.asked {
            Asked::Held { kind: Kind::Role | Kind::Permission, tenant: None, .. } => {
                Some((within, self.span))
            }
            Asked::Group(group, parts) => parts.iter().find_map(|part| part.asks_everywhere(*group)),
            _ => None,
        }
    }

    /// Returns the span of the first `not`.
    pub(super) fn negation(&self) -> Option<Span> {
        match &self.asked {
            Asked::Group(Group::Not, _) => Some(self.span),
            Asked::Group(_, parts) => parts.iter().find_map(Self::negation),
            _ => None,
        }
    }

    /// Returns the sort order within a list. Parts that determine the principal come first, because
    /// the generated types take the principal from the first part.
    pub(super) fn rank(&self) -> u8 {
        match &self.asked {
            Asked::Held { .. } => 0,
            Asked::Policy(_) => 1,
            Asked::Group(..) if self.says_whose() => 2,
            Asked::Group(..) => 3,
            _ => 4,
        }
    }

    /// Returns a key that is equal for equal parts.
    pub(super) fn key(&self) -> String {
        let text = |ty: &Type| ty.to_token_stream().to_string();
        match &self.asked {
            Asked::Held { kind, of, tenant } => {
                let tenant = tenant.as_ref().map(text);
                match of {
                    Of::Name(name) => format!("{} {:?} {tenant:?}", kind.word(), name.value()),
                    Of::Variant { set, variant, .. } => {
                        format!("{} {}::{variant} {tenant:?}", kind.word(), set.to_token_stream())
                    }
                }
            }
            Asked::Policy(ty) => format!("policy {}", text(ty)),
            Asked::Scheme(ty) => format!("scheme {}", text(ty)),
            Asked::Fresh(age) => format!("fresh {}", age.seconds),
            Asked::Text(builtin, Value::Text(value, _)) => {
                format!("{} {value:?}", builtin.row().keyword)
            }
            Asked::Text(builtin, Value::Method(value, ..)) => format!("{} {value:?}", builtin.row().keyword),
            Asked::Text(builtin, Value::Type(ty)) => format!("{} {}", builtin.row().keyword, text(ty)),
            Asked::Group(group, parts) => {
                let parts: Vec<String> = parts.iter().map(Self::key).collect();
                format!("{}({})", group.word(), parts.join(", "))
            }
        }
    }
}
