//! `#[requires(role = "admin")]`

mod attr;
mod check;
mod expand;

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
    handler::check(Macro::Requires, &mut handler, &rule.authgate, &mut mistakes);
    match check::check(&rule, &mut handler, &mut mistakes) {
        Some(rule) if mistakes.is_empty() => expand::expand(&rule, handler),
        _ => {
            let handler = handler::fallback(handler, &rule.authgate);
            quote!(#mistakes #handler)
        }
    }
}
