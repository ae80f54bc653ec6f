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
    pub(super) asked: RequiredRight,
}

pub(super) enum RequiredRight {
    Held {
        kind: Kind,
        of: Of,
        tenant: Option<Type>,
    },
    Policy(Type),
    /// A right of the caller that waits, which is decided where a policy on a resource is.
    Async(Type),
    /// A policy on the resource that the path identifies.
    Over {
        policy: Type,
        thing: Type,
        /// The span of the `on` key.
        on: Span,
    },
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
    pub(super) fn determines_principal(&self) -> bool {
        match &self.asked {
            RequiredRight::Held { .. } | RequiredRight::Policy(_) | RequiredRight::Async(_) => true,
            RequiredRight::Group(_, parts) => parts.iter().any(Self::determines_principal),
            _ => false,
        }
    }

    /// Collects the roles, scopes and permissions in this part.
    pub(super) fn held<'a>(&'a self, held: &mut Vec<(Kind, &'a Of)>) {
        match &self.asked {
            RequiredRight::Held { kind, of, .. } => held.push((*kind, of)),
            RequiredRight::Group(_, parts) => parts.iter().for_each(|part| part.held(held)),
            _ => {}
        }
    }

    /// Collects the names in this part that are looked up.
    pub(super) fn names<'a>(&'a self, names: &mut Vec<(Kind, &'a LitStr)>) {
        match &self.asked {
            RequiredRight::Held { kind, of: Of::Name(name), .. } => names.push((*kind, name)),
            RequiredRight::Group(_, parts) => parts.iter().for_each(|part| part.names(names)),
            _ => {}
        }
    }

    /// Returns `true` if any right in this part is required in a tenant.
    pub(super) fn has_tenant_right(&self) -> bool {
        match &self.asked {
            RequiredRight::Held { tenant, .. } => tenant.is_some(),
            RequiredRight::Group(_, parts) => parts.iter().any(Self::has_tenant_right),
            _ => false,
        }
    }

    /// Returns the first role or permission that is not required in a tenant, with the list that
    /// contains it.
    pub(super) fn find_right_without_tenant(&self, within: Group) -> Option<(Group, Span)> {
        match &self.asked {
            RequiredRight::Held { kind: Kind::Role | Kind::Permission, tenant: None, .. } => {
                Some((within, self.span))
            }
            RequiredRight::Group(group, parts) => {
                parts.iter().find_map(|part| part.find_right_without_tenant(*group))
            }
            _ => None,
        }
    }

    /// Collects the policies on a resource, as their resources and the spans of their `on` keys.
    pub(super) fn resources<'a>(&'a self, resources: &mut Vec<(&'a Type, Span)>) {
        match &self.asked {
            RequiredRight::Over { thing, on, .. } => resources.push((thing, *on)),
            RequiredRight::Group(_, parts) => parts.iter().for_each(|part| part.resources(resources)),
            _ => {}
        }
    }

    /// Returns `true` if the part contains a policy on a resource.
    pub(super) fn has_resource(&self) -> bool {
        let mut resources = Vec::new();
        self.resources(&mut resources);
        !resources.is_empty()
    }

    /// Returns `true` if the part is decided with the resource, after the rights that do not wait.
    pub(super) fn is_late(&self) -> bool {
        match &self.asked {
            RequiredRight::Over { .. } | RequiredRight::Async(_) => true,
            RequiredRight::Group(_, parts) => parts.iter().any(Self::is_late),
            _ => false,
        }
    }

    /// Returns the span of the first `not`.
    pub(super) fn negation(&self) -> Option<Span> {
        match &self.asked {
            RequiredRight::Group(Group::Not, _) => Some(self.span),
            RequiredRight::Group(_, parts) => parts.iter().find_map(Self::negation),
            _ => None,
        }
    }

    /// Returns the sort order within a list. Parts that determine the principal come first, because
    /// the generated types take the principal from the first part.
    pub(super) fn rank(&self) -> u8 {
        match &self.asked {
            RequiredRight::Held { .. } => 0,
            RequiredRight::Policy(_) | RequiredRight::Async(_) => 1,
            RequiredRight::Over { .. } => 2,
            RequiredRight::Group(..) if self.determines_principal() => 3,
            RequiredRight::Group(..) => 4,
            _ => 5,
        }
    }

    /// Returns a key that is equal for equal parts.
    pub(super) fn key(&self) -> String {
        let text = |ty: &Type| ty.to_token_stream().to_string();
        match &self.asked {
            RequiredRight::Held { kind, of, tenant } => {
                let tenant = tenant.as_ref().map(text);
                match of {
                    Of::Name(name) => format!("{} {:?} {tenant:?}", kind.word(), name.value()),
                    Of::Variant { set, variant, .. } => {
                        format!("{} {}::{variant} {tenant:?}", kind.word(), set.to_token_stream())
                    }
                }
            }
            RequiredRight::Policy(ty) | RequiredRight::Async(ty) => format!("policy {}", text(ty)),
            RequiredRight::Over { policy, thing, .. } => {
                format!("policy {} on {}", text(policy), text(thing))
            }
            RequiredRight::Scheme(ty) => format!("scheme {}", text(ty)),
            RequiredRight::Fresh(age) => format!("fresh {}", age.seconds),
            RequiredRight::Text(builtin, Value::Text(value, _)) => {
                format!("{} {value:?}", builtin.row().keyword)
            }
            RequiredRight::Text(builtin, Value::Method(value, ..)) => {
                format!("{} {value:?}", builtin.row().keyword)
            }
            RequiredRight::Text(builtin, Value::Type(ty)) => {
                format!("{} {}", builtin.row().keyword, text(ty))
            }
            RequiredRight::Group(group, parts) => {
                let parts: Vec<String> = parts.iter().map(Self::key).collect();
                format!("{}({})", group.word(), parts.join(", "))
            }
        }
    }
}
