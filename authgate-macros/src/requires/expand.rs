use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};

use super::check::{By, Checked, Right};
use crate::crate_path::CratePath;
use crate::handler::{Handler, asserted, placeholder};

pub(super) fn expand(rule: &Checked<'_>, mut handler: Handler) -> TokenStream {
    let Checked { authgate, first, others, principal } = rule;
    let span = first.span;
    let right = join(authgate, first, others);
    if let Some(placeholder) = placeholder(&mut handler) {
        placeholder.complete(right, *principal);
    } else {
        let (authgate, principal) = (authgate.at(span), principal.iter());
        handler.put_first(quote_spanned!(span=> #authgate::Authorized<#right #(, #principal)*>));
    }
    handler.documentation = Some(documentation(first, others));
    handler.body = asserted(&handler.signature, handler.body, authgate);
    handler.into_token_stream()
}

fn join(authgate: &CratePath, first: &Right<'_>, others: &[Right<'_>]) -> TokenStream {
    let one = marker(authgate, first);
    if others.is_empty() {
        return one;
    }
    let others = others.iter().map(|other| marker(authgate, other));
    let authgate = authgate.at(first.span);
    quote_spanned!(first.span=> #authgate::All<(#one, #(#others,)*)>)
}

/// The marker's type, by its position, which const evaluation finds. `<Role>::` and not `Role::`, since of a missing
/// `Role` the compiler then tells once.
fn marker(authgate: &CratePath, right: &Right<'_>) -> TokenStream {
    let span = right.span;
    let authgate = authgate.at(span);
    match right.by {
        By::Scheme(scheme) => quote_spanned!(span=> #authgate::right::Via<#scheme>),
        By::Name(kind, name) => {
            let (set, named) = (kind.ident(span), kind.named(span));
            quote_spanned!(span=> <#set as #authgate::__private::Nth<{ <#set>::#named(#authgate::__private::Asked::Name(#name)) }>>::Marker)
        }
        By::Variant(kind, set, variant) => {
            let named = kind.named(span);
            quote_spanned! {span=>
                <#set as #authgate::__private::Nth<{
                    <#set>::#named(#authgate::__private::Asked::Variant(&<#set>::#variant))
                }>>::Marker
            }
        }
    }
}

/// ``**Requires** role `admin` and scope `reports:write`.``
fn documentation(first: &Right<'_>, others: &[Right<'_>]) -> String {
    let mut text = format!("**Requires** {}", describe(first));
    for (at, other) in others.iter().enumerate() {
        text.push_str(if at + 1 == others.len() { " and " } else { ", " });
        text.push_str(&describe(other));
    }
    text + "."
}

fn describe(right: &Right<'_>) -> String {
    let written = |tokens: TokenStream| tokens.to_string().replace(' ', "");
    match right.by {
        By::Name(kind, name) => format!("{} `{}`", kind.word(), name.value()),
        By::Variant(kind, set, variant) => {
            format!("{} `{}::{variant}`", kind.word(), written(quote!(#set)))
        }
        By::Scheme(scheme) => format!("the scheme `{}`", written(quote!(#scheme))),
    }
}
