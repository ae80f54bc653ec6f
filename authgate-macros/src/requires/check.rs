//! Checks a rule against its handler.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::Type;

use super::attr::{Conceal, Rule, Waive};
use super::part::{Group, Part, RequiredRight};
use crate::crate_path::CratePath;
use crate::handler::{Handler, granted, placeholder};
use crate::mistakes::Mistakes;

/// The maximum number of rights in `authgate::right::All`.
const MOST: usize = 12;

pub(super) struct Checked {
    pub(super) authgate: CratePath,
    /// The parts without a resource, in the order in which they are combined.
    pub(super) parts: Vec<Part>,
    pub(super) waive: Option<Waive>,
    pub(super) over: Option<OverResource>,
    pub(super) conceal: Option<Conceal>,
    pub(super) principal: Option<Type>,
    /// `true` if the first right determines the principal.
    pub(super) owned: bool,
}

/// The parts that are decided over the resource that the path identifies.
pub(super) struct OverResource {
    pub(super) parts: Vec<Part>,
    /// `None` if the parts only wait.
    thing: Option<Type>,
}

impl OverResource {
    /// Returns the resource.
    pub(super) fn thing(&self, authgate: &CratePath) -> TokenStream {
        match &self.thing {
            Some(thing) => thing.to_token_stream(),
            None => quote!(#authgate::resource::NoResource),
        }
    }

    /// Returns the policy, if the rule over the resource is a single policy.
    pub(super) fn policy(&self) -> Option<&Type> {
        match self.parts.as_slice() {
            [Part { asked: RequiredRight::Over { policy, .. }, .. }] => Some(policy),
            _ => None,
        }
    }
}

/// Returns `None` if the rule does not determine a right. The error is then in `mistakes`.
pub(super) fn check(rule: Rule, handler: &Handler, mistakes: &mut Mistakes) -> Option<Checked> {
    let Rule { authgate, parts, waive, conceal, principal, principal_key, .. } = rule;
    let (of_resource, parts): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(Part::is_late);
    let over = over_resource(of_resource, mistakes);
    let has_resource = over.as_ref().is_some_and(|over| over.thing.is_some());
    let named = names_principal(handler);
    if let Some(span) = principal_key.filter(|_| named) {
        let text = "`Authorized<_, ..>` already names the principal: remove one of the two";
        let text = if has_resource {
            text.replace("Authorized<_, ..>", "Granted<_, _, ..>")
        } else {
            text.to_owned()
        };
        mistakes.push(syn::Error::new(span, text));
    }
    if over.is_none() && principal.is_none() && !named && !parts.iter().any(Part::determines_principal) {
        if let Some(first) = parts.first() {
            let text = format!(
                "{} does not determine the principal: {ADD}",
                describe_rule_without_principal(&parts)
            );
            mistakes.push(match &first.asked {
                RequiredRight::Scheme(scheme) => syn::Error::new_spanned(scheme, text),
                _ => syn::Error::new(first.span, text),
            });
            return None;
        }
        if let Some(waive) = &waive {
            mistakes.at(
                &waive.requirement,
                format!("a waived requirement does not determine the principal: {ADD}"),
            );
            return None;
        }
    }
    if let Some(Conceal { key, from: Some(_) }) = conceal.as_ref().filter(|_| !has_resource) {
        let text = "`conceal = ..` requires a rule with a resource: write `conceal` alone, or add `policy = CanEdit, \
                    on = Report`";
        mistakes.push(syn::Error::new(key.span(), text));
    }
    let owned = over.is_none() && principal.is_none() && !named;
    check_list(&parts, usize::from(waive.is_some()), mistakes);
    if let Some(over) = &over {
        check_list(&over.parts, 0, mistakes);
        if let Some(granted) = granted(handler).filter(|_| has_resource) {
            granted.check([over.policy(), over.thing.as_ref()], mistakes);
        }
    }
    (!parts.is_empty() || waive.is_some() || over.is_some()).then_some(Checked {
        authgate,
        parts,
        waive,
        over,
        conceal,
        owned,
        principal,
    })
}

/// Reports a second resource.
fn over_resource(parts: Vec<Part>, mistakes: &mut Mistakes) -> Option<OverResource> {
    let mut resources = Vec::new();
    parts.iter().for_each(|part| part.resources(&mut resources));
    let Some(&(thing, _)) = resources.first() else {
        return (!parts.is_empty()).then_some(OverResource { parts, thing: None });
    };
    let text = |ty: &Type| ty.to_token_stream().to_string();
    if let Some((_, on)) = resources.iter().find(|(other, _)| text(other) != text(thing)) {
        let text = "a rule has one resource: write several proofs as a tuple, `(from, to): (Granted<CanDebit, \
                    Account>, Granted<CanCredit, Account>)`, without `#[requires]`";
        mistakes.push(syn::Error::new(*on, text));
    }
    let thing = Some(thing.clone());
    Some(OverResource { parts, thing })
}

const ADD: &str = "add `principal = User`, or a right of the caller, such as `role = \"admin\"`";

fn names_principal(handler: &Handler) -> bool {
    placeholder(handler).or_else(|| granted(handler)).is_some_and(|written| written.names_principal())
}

/// Describes a rule that does not determine the principal, for an error message.
fn describe_rule_without_principal(parts: &[Part]) -> &'static str {
    match parts {
        [Part { asked: RequiredRight::Scheme(_), .. }] => "a scheme alone",
        [Part { asked: RequiredRight::Fresh(_), .. }] => "a login alone",
        [Part { asked: RequiredRight::Text(builtin, _), .. }] if builtin.is_about_login() => "a login alone",
        _ => "a rule of schemes and logins alone",
    }
}

/// Flattens nested lists of the same kind, and moves the parts that determine the principal to the
/// front.
pub(super) fn arranged(parts: Vec<Part>, within: Group) -> Vec<Part> {
    let mut flat = Vec::new();
    for Part { span, asked } in parts {
        match asked {
            RequiredRight::Group(group, parts) => {
                let parts = arranged(parts, group);
                if group == within && group != Group::Not {
                    flat.extend(parts);
                } else {
                    flat.push(Part { span, asked: RequiredRight::Group(group, parts) });
                }
            }
            asked => flat.push(Part { span, asked }),
        }
    }
    flat.sort_by_key(Part::rank);
    flat
}

/// Reports duplicate parts and lists that are too long. `besides` is the number of parts that are
/// not in `parts`.
fn check_list(parts: &[Part], besides: usize, mistakes: &mut Mistakes) {
    if let Some(beyond) = parts.get(MOST - besides) {
        let text =
            format!("a rule has at most {MOST} rights: define one right that implies several of these");
        mistakes.push(syn::Error::new(beyond.span, text));
        return;
    }
    let mut seen = HashSet::new();
    for part in parts {
        if !seen.insert(part.key()) {
            mistakes
                .push(syn::Error::new(part.span, "duplicate requirement in a list: remove one of the two"));
        }
        if let RequiredRight::Group(_, parts) = &part.asked {
            check_list(parts, 0, mistakes);
        }
    }
}
