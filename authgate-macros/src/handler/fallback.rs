//! Replaces a handler that has errors with one that type-checks as a route and rejects every
//! request.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{FnArg, ReturnType, Token, Type};

use super::parameter::{Proof, inner_placeholder, proof};
use super::{Handler, asyncness};
use crate::crate_path::CratePath;

pub(crate) fn fallback(mut handler: Handler, authgate: &CratePath) -> TokenStream {
    let mistake = quote!(#authgate::__private::Mistake);
    if asyncness::refused(&handler.signature).is_some() {
        handler.signature.constness = None;
        handler.signature.asyncness = Some(<Token![async]>::default());
    }
    // A route does not supply `self`, so a body that uses `self` must be replaced.
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
            && (inner_placeholder(&parameter.ty).is_some()
                || matches!(
                    proof(&parameter.ty),
                    Some(Proof::Placeholder | Proof::Bare | Proof::GrantedPlaceholder | Proof::GrantedBare)
                ))
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
    // The parameters changed their types, so the old body would report further errors.
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
