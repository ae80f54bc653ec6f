//! `#[derive(Principal)]`: the authenticated caller and the rights it holds.

mod attr;
mod check;
mod expand;
mod fallback;
mod input;

use proc_macro2::TokenStream;
use quote::quote;

use crate::mistakes::Mistakes;

pub(crate) fn derive(item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let Some(input) = mistakes.ok(syn::parse2(item)).and_then(|item| input::read(item, &mut mistakes)) else {
        return quote!(#mistakes);
    };
    let expansion = match check::check(&input, &mut mistakes) {
        Some(principal) if mistakes.is_empty() => expand::expand(&principal),
        _ => fallback::expand(&input),
    };
    quote!(#mistakes #expansion)
}
