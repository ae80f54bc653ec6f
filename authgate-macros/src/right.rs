//! `#[derive(Right)]`: a custom requirement, except for its decision.

mod attr;
mod check;
mod digits;
mod expand;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::mistakes::Mistakes;

/// Emits the valid parts of an item that has errors, so that code using it does not report further
/// errors.
pub(crate) fn derive(item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let right = mistakes.ok(syn::parse2::<DeriveInput>(item)).and_then(|item| {
        let written = attr::Written::read(&item.attrs, &mut mistakes);
        check::check(item, written, &mut mistakes)
    });
    let right = right.map(|right| expand::expand(&right));
    quote!(#mistakes #right)
}
