use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use crate::crate_path::CratePath;
use crate::handler::{Handler, asserted};

pub(super) fn expand(authgate: &CratePath, reason: &str, mut handler: Handler) -> TokenStream {
    let spelt = spell(authgate, reason);
    handler.put_first(quote!(#authgate::__private::Public<#spelt>));
    handler.documentation = Some(format!("**Public**: {}.", reason.trim_end_matches('.')));
    handler.body = asserted(&handler.signature, handler.body, authgate);
    handler.into_token_stream()
}

/// Encodes a reason as `(Chunk<A>, (Chunk<B>, ()))`, with 16 bytes per chunk in little-endian
/// order.
pub(crate) fn spell(authgate: &CratePath, reason: &str) -> TokenStream {
    reason.as_bytes().chunks(16).rev().fold(quote!(()), |rest, chunk| {
        let bytes = chunk.iter().rev().fold(0, |bytes, byte| bytes << 8 | u128::from(*byte));
        let bytes = Literal::u128_unsuffixed(bytes);
        quote!((#authgate::__private::Chunk<#bytes>, #rest))
    })
}
