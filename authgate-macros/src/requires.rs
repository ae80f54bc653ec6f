//! `#[requires(role = "admin")]`

mod attr;
mod list;
mod part;
mod held;
mod editor;
mod login;
mod check;
mod join;
mod expand;
mod sound;
mod document;

use proc_macro2::TokenStream;
use quote::quote;

use crate::handler::{self, Handler, Macro};
use crate::mistakes::Mistakes;

pub(crate) fn requires(attribute: TokenStream, item: &TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let rule = attr::read(attribute, &mut mistakes);
    let Some(mut handler) = Handler::read(Macro::Requires, item, &mut mistakes) else {
        return quote!(#mistakes #item);
    };
    handler::check(Macro::Requires, rule.subject(), &mut handler, &rule.authgate, &mut mistakes);
    let authgate = rule.authgate.clone();
    match check::check(rule, &handler, &mut mistakes) {
        Some(rule) if mistakes.is_empty() => expand::expand(&rule, handler),
        _ => {
            let handler = handler::fallback(handler, &authgate);
            quote!(#mistakes #handler)
        }
    }
}
