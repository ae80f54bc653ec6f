//! Generates the types of the parts, and the type that combines them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned as _;

use super::attr::Waive;
use super::check::Checked;
use super::held::Of;
use super::login::{Age, Value};
use super::part::{Group, Part, RequiredRight};
use crate::crate_path::CratePath;
use crate::public::spell;
use crate::set::Kind;

/// How a name is looked up.
#[derive(Clone, Copy)]
pub(super) enum Lookup {
    /// Reports a missing name.
    Reported,
    /// Ignores a missing name, which another lookup reports.
    Silent,
}

/// Returns the right that is checked before the resource, and its span. Returns `None` if the rule
/// only contains a policy on a resource.
pub(super) fn resource_free_right(rule: &Checked, lookup: Lookup) -> Option<(TokenStream, Span)> {
    let authgate = &rule.authgate;
    let mut types: Vec<TokenStream> = rule.parts.iter().map(|part| right(authgate, part, lookup)).collect();
    let waive = rule.waive.as_ref();
    types.extend(waive.map(|waive| waived(authgate, waive)));
    let waived = || waive.map(|waive| waive.requirement.span());
    let span = rule.parts.first().map(|part| part.span).or_else(waived)?;
    Some((together(authgate, Group::All, &types, span), span))
}

/// Returns the right over the resource, and its span.
pub(super) fn right_over_resource(rule: &Checked, lookup: Lookup) -> Option<(TokenStream, Span)> {
    let over = rule.over.as_ref()?;
    if let Some(policy) = over.policy() {
        return Some((policy.to_token_stream(), policy.span()));
    }
    let authgate = &rule.authgate;
    let types: Vec<TokenStream> = over.parts.iter().map(|part| right(authgate, part, lookup)).collect();
    let span = over.parts.first()?.span;
    Some((together(authgate, Group::All, &types, span), span))
}

fn together(authgate: &CratePath, group: Group, types: &[TokenStream], span: Span) -> TokenStream {
    let path = authgate.at(span);
    match (group, types) {
        (Group::Not, [one, ..]) => quote_spanned!(span=> #path::right::Not<#one>),
        (_, [one]) => one.clone(),
        (Group::Any, _) => quote_spanned!(span=> #path::right::Any<(#(#types,)*)>),
        (Group::All | Group::Not, _) => quote_spanned!(span=> #path::right::All<(#(#types,)*)>),
    }
}

fn right(authgate: &CratePath, part: &Part, lookup: Lookup) -> TokenStream {
    let span = part.span;
    let path = authgate.at(span);
    match &part.asked {
        RequiredRight::Held { kind, of, tenant } => {
            let marker = marker(authgate, *kind, of, lookup);
            match tenant {
                Some(tenant) => quote_spanned!(span=> #path::right::In<#tenant, #marker>),
                None => marker,
            }
        }
        RequiredRight::Policy(ty) => quote_spanned!(span=> #ty),
        RequiredRight::Over { policy, .. } => quote_spanned!(span=> #path::resource::On<#policy>),
        RequiredRight::Group(group, parts) => {
            let types: Vec<TokenStream> = parts.iter().map(|part| right(authgate, part, lookup)).collect();
            together(authgate, *group, &types, span)
        }
        RequiredRight::Scheme(scheme) => quote_spanned!(span=> #path::right::ViaScheme<#scheme>),
        RequiredRight::Fresh(Age { seconds, .. }) => {
            let seconds = proc_macro2::Literal::u64_unsuffixed(*seconds);
            quote_spanned!(span=> #path::right::Fresh<#seconds>)
        }
        RequiredRight::Text(builtin, value) => {
            let name = Ident::new(builtin.row().text_type.unwrap_or_default(), span);
            let value = match value {
                Value::Text(text, _) => spelt(authgate, text, span),
                Value::Method(_, name, _) => {
                    let name = Ident::new(name, span);
                    quote_spanned!(span=> #path::right::factor::#name)
                }
                Value::Type(ty) => quote_spanned!(span=> #ty),
            };
            quote_spanned!(span=> #path::right::#name<#value>)
        }
    }
}

/// Returns the marker type, selected by the position that const evaluation finds. The path is
/// `<Role>::` instead of `Role::`, because the compiler then reports a missing `Role` only once.
fn marker(authgate: &CratePath, kind: Kind, of: &Of, lookup: Lookup) -> TokenStream {
    let span = of.span();
    let authgate = authgate.at(span);
    let named = kind.named(span);
    match of {
        Of::Name(name) => {
            let set = kind.ident(span);
            let asked = match lookup {
                Lookup::Reported => quote_spanned!(span=> #authgate::__private::RightRef::Name(#name)),
                Lookup::Silent => quote_spanned!(span=> #authgate::__private::RightRef::NameOrFirst(#name)),
            };
            quote_spanned!(span=> <#set as #authgate::__private::Nth<{ <#set>::#named(#asked) }>>::Marker)
        }
        Of::Variant { set, variant, .. } => {
            quote_spanned! {span=>
                <#set as #authgate::__private::Nth<{
                    <#set>::#named(#authgate::__private::RightRef::Variant(&<#set>::#variant))
                }>>::Marker
            }
        }
    }
}

/// Generates a constant expression that is `true` if all names exist.
pub(super) fn all_named(rule: &Checked) -> TokenStream {
    let mut names = Vec::new();
    let of_resource = rule.over.iter().flat_map(|over| &over.parts);
    rule.parts.iter().chain(of_resource).for_each(|part| part.names(&mut names));
    let named = names.into_iter().map(|(kind, name)| {
        let span = name.span();
        let (set, authgate) = (kind.ident(span), rule.authgate.at(span));
        quote_spanned!(span=> && #authgate::__private::Names::<#set>::position(#name).is_some())
    });
    quote!(true #(#named)*)
}

fn waived(authgate: &CratePath, waive: &Waive) -> TokenStream {
    let requirement: &Type = &waive.requirement;
    let span = requirement.span();
    let (spelt, authgate) = (spelt(authgate, &waive.reason, span), authgate.at(span));
    quote_spanned!(span=> #authgate::right::Waive<#requirement, #spelt>)
}

/// Returns a type that encodes a string.
fn spelt(authgate: &CratePath, text: &str, span: Span) -> TokenStream {
    let (chunks, authgate) = (spell(authgate, text), authgate.at(span));
    quote_spanned!(span=> #authgate::__private::EncodedStr<#chunks>)
}
