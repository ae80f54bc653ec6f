//! `#[derive(Right)]`: a requirement of the application's own, all but its decision.

mod attr;
mod check;
mod digits;
mod expand;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::mistakes::Mistakes;

/// What is right of an item with mistakes is emitted as well, so that its uses elsewhere are not told again.
pub(crate) fn derive(item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let right = mistakes.ok(syn::parse2::<DeriveInput>(item)).and_then(|item| {
        let written = attr::Written::read(&item.attrs, &mut mistakes);
        check::check(item, written, &mut mistakes)
    });
    let right = right.map(|right| expand::expand(&right));
    quote!(#mistakes #right)
}
