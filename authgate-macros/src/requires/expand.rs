//! The declaration: the first parameter's type.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned as _;

use super::attr::{Conceal, Over};
use super::check::Checked;
use super::join::Lookup;
use super::part::Part;
use super::{document, join, sound};
use crate::handler::{Handler, asserted, granted, placeholder};

pub(super) fn expand(rule: &Checked, mut handler: Handler) -> TokenStream {
    let coarse = join::coarse(rule, Lookup::Told);
    match (&rule.over, &coarse) {
        (Some(over), _) => put_granted(rule, over, &mut handler),
        (None, Some((right, span))) => {
            let principal = rule.principal.as_ref();
            if let Some(placeholder) = placeholder(&mut handler) {
                placeholder.complete(right.clone(), principal);
            } else {
                let (authgate, principal) = (rule.authgate.at(*span), principal.iter());
                handler.put_first(quote_spanned!(*span=> #authgate::Authorized<#right #(, #principal)*>));
            }
        }
        // Such a rule is refused when it is read.
        (None, None) => {}
    }
    conceal(rule, &mut handler);
    if let (Some(_), Some((right, span))) = (&rule.over, &coarse) {
        let authgate = rule.authgate.at(*span);
        let in_tenant = rule.conceal.is_some() && rule.parts.iter().any(Part::asks_in_tenant);
        let concealed = in_tenant.then(|| quote_spanned!(*span=> , true));
        handler.wrap_first(
            &quote_spanned!(*span=> #authgate::Given),
            |proof| quote_spanned!(*span=> #authgate::Given<#right, #proof #concealed>),
        );
    }
    handler.documentation = Some(document::document(rule));
    handler.body = asserted(&handler.signature, handler.body, &rule.authgate);
    handler.body = sound::sound(rule, &handler.signature, handler.body);
    handler.into_token_stream()
}

fn put_granted(rule: &Checked, over: &Over, handler: &mut Handler) {
    let Over { policy, thing } = over;
    let principal = rule.principal.as_ref();
    if let Some(granted) = granted(handler) {
        granted.complete([policy, thing], principal);
    } else {
        let span = policy.span();
        let (authgate, principal) = (rule.authgate.at(span), principal.iter());
        handler.put_first(quote_spanned!(span=> #authgate::Granted<#policy, #thing #(, #principal)*>));
    }
}

fn conceal(rule: &Checked, handler: &mut Handler) {
    let Some(Conceal { key, from }) = &rule.conceal else { return };
    let span = key.span();
    let authgate = rule.authgate.at(span);
    match from {
        None => handler.wrap_first(
            &quote_spanned!(span=> #authgate::Concealed),
            |proof| quote_spanned!(span=> #authgate::Concealed<#proof>),
        ),
        Some(from) => handler.wrap_first(
            &quote_spanned!(span=> #authgate::ConcealedFrom),
            |proof| quote_spanned!(span=> #authgate::ConcealedFrom<#from, #proof>),
        ),
    }
}
