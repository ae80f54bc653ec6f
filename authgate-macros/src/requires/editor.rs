//! Generates what rust-analyzer sees instead of the types that the compiler checks. It does not
//! evaluate the constants in them, and so would not know the principal.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::parse::Parser as _;
use syn::{Attribute, FnArg, Type};

use super::check::Checked;
use super::held::Of;
use crate::crate_path::CratePath;
use crate::handler::{Handler, starting_with};
use crate::set::{Kind, spelt};

/// Attributes that are not macros. A macro would see the first parameter twice.
const INERT: [&str; 11] =
    ["allow", "cfg", "cold", "deny", "deprecated", "doc", "expect", "forbid", "inline", "must_use", "warn"];

/// Declares the first parameter once for the compiler and once, with the type `ty`, for
/// rust-analyzer. Statements that only rust-analyzer sees name the variants of the rule.
pub(super) fn tell(rule: &Checked, handler: &mut Handler, ty: Option<TokenStream>) {
    let mut held = Vec::new();
    let of_resource = rule.over.iter().flat_map(|over| &over.parts);
    rule.parts.iter().chain(of_resource).for_each(|part| part.held(&mut held));
    let variants = held.iter().map(|(kind, of)| variant(&rule.authgate, *kind, of));
    let statements = quote!(#(#[cfg(rust_analyzer)] let _ = #variants;)*);
    if let Some(body) = starting_with(statements, &handler.body) {
        handler.body = body;
    }
    let is_inert = |attribute: &Attribute| INERT.iter().any(|name| attribute.path().is_ident(name));
    if let Some(ty) = ty.filter(|_| handler.attributes.iter().all(is_inert)) {
        declare_twice(rule, handler, ty);
    }
    // Cargo does not know the condition.
    handler.attributes.extend(attributes(quote!(#[allow(unexpected_cfgs)])));
}

fn declare_twice(rule: &Checked, handler: &mut Handler, ty: TokenStream) {
    let inputs = &mut handler.signature.inputs;
    let at = inputs.iter().position(|input| matches!(input, FnArg::Typed(_)));
    let Some((at, FnArg::Typed(first))) = at.and_then(|at| Some((at, inputs.iter_mut().nth(at)?))) else {
        return;
    };
    let mut seen = first.clone();
    *seen.ty = Type::Verbatim(ty);
    seen.attrs.extend(attributes(quote!(#[cfg(rust_analyzer)])));
    let (authgate, compiled) = (&rule.authgate, &first.ty);
    *first.ty = Type::Verbatim(quote!(#authgate::__private::compiled!(#compiled)));
    first.attrs.extend(attributes(quote!(#[cfg(not(rust_analyzer))])));
    inputs.insert(at, FnArg::Typed(seen));
}

fn attributes(tokens: TokenStream) -> Vec<Attribute> {
    Attribute::parse_outer.parse2(tokens).unwrap_or_default()
}

/// Returns the marker type, selected by a trait.
pub(super) fn marker(authgate: &CratePath, kind: Kind, of: &Of) -> TokenStream {
    let named = named(authgate, kind, of);
    quote!(<#named>::Marker)
}

/// Returns an expression that is defined where the variant is, with the user's tokens.
fn variant(authgate: &CratePath, kind: Kind, of: &Of) -> TokenStream {
    match of {
        Of::Name(name) => {
            let named = named(authgate, kind, of);
            let member = quote_spanned!(name.span()=> member);
            quote!(<#named>::#member)
        }
        Of::Variant { set, variant, .. } => quote!(<#set>::#variant),
    }
}

fn named(authgate: &CratePath, kind: Kind, of: &Of) -> TokenStream {
    let (set, spelt) = match of {
        Of::Name(name) => {
            (kind.ident(Span::call_site()).into_token_stream(), spelt(authgate, false, &name.value()))
        }
        Of::Variant { set, variant, .. } => (quote!(#set), spelt(authgate, true, &variant.to_string())),
    };
    quote!(#set as #spelt)
}
