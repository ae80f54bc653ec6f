//! In the place of a handler with mistakes: one that type-checks and takes a route, and lets nobody through.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{FnArg, ReturnType, Token, Type};

use super::parameter::{Proof, proof};
use super::{Handler, asyncness};
use crate::crate_path::CratePath;

pub(crate) fn fallback(mut handler: Handler, authgate: &CratePath) -> TokenStream {
    let mistake = quote!(#authgate::__private::Mistake);
    if asyncness::refused(&handler.signature).is_some() {
        handler.signature.constness = None;
        handler.signature.asyncness = Some(<Token![async]>::default());
    }
    // Routes give no `self`; the body asks for it.
    let mut replaced = false;
    let inputs = std::mem::take(&mut handler.signature.inputs);
    for input in inputs {
        match input {
            FnArg::Receiver(_) => replaced = true,
            FnArg::Typed(_) => handler.signature.inputs.push(input),
        }
    }
    let mut first = true;
    let mut first_replaced = false;
    for input in &mut handler.signature.inputs {
        if let FnArg::Typed(parameter) = input
            && matches!(
                proof(&parameter.ty),
                Some(Proof::Placeholder | Proof::Bare | Proof::GrantedPlaceholder | Proof::GrantedBare)
            )
        {
            *parameter.ty = Type::Verbatim(mistake.clone());
            replaced = true;
            first_replaced |= first;
        }
        first = false;
    }
    if !first_replaced {
        handler.put_first(mistake.clone());
    }
    if !replaced {
        return quote!(#[allow(clippy::unused_async)] #handler);
    }
    // The body asks of the parameter what it cannot give any more.
    if handler.body.to_string() != ";" {
        handler.body = if answers_impl(&handler) {
            let ty = Box::new(Type::Verbatim(mistake.clone()));
            handler.signature.output = ReturnType::Type(<Token![->]>::default(), ty);
            quote!({ #mistake::new() })
        } else {
            quote!({ loop {} })
        };
    }
    quote! {
        #[allow(unused_variables, unused_mut, dead_code, clippy::all, clippy::pedantic)]
        #handler
    }
}

fn answers_impl(handler: &Handler) -> bool {
    match &handler.signature.output {
        ReturnType::Default => false,
        ReturnType::Type(_, ty) => has_impl(ty.to_token_stream()),
    }
}

pub(super) fn has_impl(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Ident(word) => word == "impl",
        TokenTree::Group(group) => has_impl(group.stream()),
        _ => false,
    })
}
