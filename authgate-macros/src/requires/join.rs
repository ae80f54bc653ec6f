//! Generates the types of the parts, and the type that combines them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned as _;

use super::attr::Waive;
use super::check::Checked;
use super::editor;
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
    /// By traits alone, for rust-analyzer, which does not evaluate the constants of the others.
    Editor,
}

impl Lookup {
    /// Returns the span for code that the user did not write. In an editor, such code must not be
    /// the definition of the user's tokens.
    fn span(self, written: Span) -> Span {
        if matches!(self, Self::Editor) { Span::call_site() } else { written }
    }
}

/// The set of a right, by what names the principal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SetOf {
    /// The first right, which determines the principal.
    First,
    /// A right beside the first one.
    Rest,
    /// A right in a rule that names the principal otherwise.
    Any,
}

impl SetOf {
    /// Returns the set of the next right in the list.
    fn next(&mut self) -> Self {
        let this = *self;
        if this == Self::First {
            *self = Self::Rest;
        }
        this
    }
}

/// Returns the right that is checked before the resource, and its span. Returns `None` if the rule
/// only contains a policy on a resource.
pub(super) fn resource_free_right(rule: &Checked, lookup: Lookup) -> Option<(TokenStream, Span)> {
    let authgate = &rule.authgate;
    let mut set = if rule.owned { SetOf::First } else { SetOf::Any };
    let mut types: Vec<TokenStream> =
        rule.parts.iter().map(|part| right(authgate, part, lookup, set.next())).collect();
    let waive = rule.waive.as_ref();
    types.extend(waive.map(|waive| waived(authgate, waive)));
    let waived = || waive.map(|waive| waive.requirement.span());
    let span = lookup.span(rule.parts.first().map(|part| part.span).or_else(waived)?);
    Some((together(authgate, Group::All, &types, span), span))
}

/// Returns the right over the resource, and its span.
pub(super) fn right_over_resource(rule: &Checked, lookup: Lookup) -> Option<(TokenStream, Span)> {
    let over = rule.over.as_ref()?;
    if let Some(policy) = over.policy() {
        return Some((policy.to_token_stream(), policy.span()));
    }
    let authgate = &rule.authgate;
    let types: Vec<TokenStream> =
        over.parts.iter().map(|part| right(authgate, part, lookup, SetOf::Any)).collect();
    let span = lookup.span(over.parts.first()?.span);
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

fn right(authgate: &CratePath, part: &Part, lookup: Lookup, mut set: SetOf) -> TokenStream {
    let span = lookup.span(part.span);
    let path = authgate.at(span);
    match &part.asked {
        RequiredRight::Held { kind, of, tenant } => {
            let marker = marker(authgate, *kind, of, (lookup, set));
            match tenant {
                Some(tenant) => quote_spanned!(span=> #path::right::In<#tenant, #marker>),
                None => marker,
            }
        }
        RequiredRight::Policy(ty) => quote_spanned!(span=> #ty),
        RequiredRight::Async(ty) => {
            quote_spanned!(span=> <#ty as #path::__private::WithoutResource>::Right)
        }
        RequiredRight::Over { policy, .. } => quote_spanned!(span=> #path::resource::On<#policy>),
        RequiredRight::Group(group, parts) => {
            let mut part = |part| right(authgate, part, lookup, set.next());
            let types: Vec<TokenStream> = parts.iter().map(&mut part).collect();
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
fn marker(authgate: &CratePath, kind: Kind, of: &Of, (lookup, of_set): (Lookup, SetOf)) -> TokenStream {
    if let Lookup::Editor = lookup {
        return editor::marker(authgate, kind, of);
    }
    let span = of.span();
    let (crate_path, authgate) = (authgate, authgate.at(span));
    let members = if of_set == SetOf::First { kind.owned_lookup(span) } else { kind.lookup(span) };
    let (set, position) = match of {
        Of::Name(name) => {
            let position = match lookup {
                Lookup::Reported => quote_spanned!(span=> named(#name)),
                _ => quote_spanned!(span=> likely(#name)),
            };
            (kind.ident(span).into_token_stream(), position)
        }
        Of::Variant { set, variant, .. } => {
            // The type excludes a constant of another type, such as a number.
            let position = quote_spanned! {span=>
                variant({
                    let variant: #set = <#set>::#variant;
                    variant as ::core::primitive::usize
                })
            };
            (set.to_token_stream(), position)
        }
    };
    // Makes a set without its derive one error, which the principal reports.
    // It has no span of the user, so that no lint calls it unused.
    let named = (of_set != SetOf::Any).then(|| quote!(use #crate_path::__private::AuthgateDerive as _;));
    quote_spanned!(span=> <#set as #authgate::__private::Nth<{ #named <#set>::#members.#position }>>::Marker)
}

/// Generates a constant expression that is `true` if all names exist.
pub(super) fn all_named(rule: &Checked) -> TokenStream {
    let mut names = Vec::new();
    let of_resource = rule.over.iter().flat_map(|over| &over.parts);
    rule.parts.iter().chain(of_resource).for_each(|part| part.names(&mut names));
    let named = names.into_iter().map(|(kind, name)| {
        let span = name.span();
        let (set, members) = (kind.ident(span), kind.lookup(span));
        quote_spanned!(span=> && <#set>::#members.has(#name))
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
