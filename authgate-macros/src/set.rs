//! `#[derive(Role)]`, `#[derive(Scope)]` and `#[derive(Permission)]`: one derive, told which of the three it is.

mod attr;
mod case;
mod check;
mod expand;
mod input;
mod kind;

pub(crate) use kind::Kind;

use proc_macro2::TokenStream;
use quote::quote;

use crate::mistakes::Mistakes;

/// What is right of an enum with mistakes is emitted as well, so that its uses elsewhere are not told again.
pub(crate) fn derive(kind: Kind, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let set = mistakes
        .ok(syn::parse2(item))
        .and_then(|item| input::read(kind, item, &mut mistakes))
        .map(|input| expand::expand(&check::check(input, &mut mistakes)));
    quote!(#mistakes #set)
}
