//! `#[derive(Role)]`, `#[derive(Scope)]` and `#[derive(Permission)]`, implemented as one derive
//! with a [`Kind`].

mod attr;
mod case;
mod check;
mod expand;
mod input;
mod kind;

pub(crate) use expand::spelt;
pub(crate) use kind::Kind;

use proc_macro2::TokenStream;
use quote::quote;

use crate::mistakes::Mistakes;

/// Emits the valid parts of an enum that has errors, so that code using it does not report further
/// errors.
pub(crate) fn derive(kind: Kind, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let set = mistakes
        .ok(syn::parse2(item))
        .and_then(|item| input::read(kind, item, &mut mistakes))
        .map(|input| expand::expand(&check::check(input, &mut mistakes)));
    quote!(#mistakes #set)
}
