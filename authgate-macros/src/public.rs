//! `#[public(reason = "load balancer probe")]`

mod attr;
mod expand;

pub(crate) use attr::checked as checked_reason;
pub(crate) use expand::spell;

use proc_macro2::TokenStream;
use quote::quote;

use crate::handler::{self, Handler, Macro, RuleSubject};
use crate::mistakes::Mistakes;

pub(crate) fn public(attribute: TokenStream, item: &TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let (authgate, reason) = attr::read(attribute, &mut mistakes);
    let Some(mut handler) = Handler::read(Macro::Public, item, &mut mistakes) else {
        return quote!(#mistakes #item);
    };
    handler::check(Macro::Public, RuleSubject::Right, &mut handler, &authgate, &mut mistakes);
    match reason {
        Some(reason) if mistakes.is_empty() => expand::expand(&authgate, &reason, handler),
        _ => {
            let handler = handler::fallback(handler, &authgate);
            quote!(#mistakes #handler)
        }
    }
}
