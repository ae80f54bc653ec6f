//! Generates the declaration: the type of the first parameter.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::attr::Conceal;
use super::check::Checked;
use super::join::Lookup;
use super::part::Part;
use super::{document, editor, join, sound};
use crate::handler::{Declared, Handler, Written, asserted, granted, placeholder};

pub(super) fn expand(rule: &Checked, mut handler: Handler) -> TokenStream {
    handler.documentation = Some(document::document(rule));
    handler.body = asserted(&handler.signature, handler.body, &rule.authgate);
    handler.body = sound::sound(rule, &handler.signature, handler.body);
    // A rule without a right is rejected by the parser.
    if let Some(real) = declared(rule, &handler, Lookup::Reported) {
        let for_editor = declared(rule, &handler, Lookup::Editor);
        handler.declare(real, &rule.authgate);
        editor::tell(rule, &mut handler, for_editor.map(|declared| declared.ty));
    }
    handler.into_token_stream()
}

fn declared(rule: &Checked, handler: &Handler, lookup: Lookup) -> Option<Declared> {
    let resource_free_right = join::resource_free_right(rule, lookup);
    let over = rule.over.as_ref().zip(join::right_over_resource(rule, lookup));
    let (name, arguments, span, written) = match (over, &resource_free_right) {
        (Some((over, (right, span))), _) => {
            // A handler that takes `Authorized<_>`, or nothing, does without the resource.
            let name = if over.policy().is_some() {
                quote_spanned!(span=> Granted)
            } else {
                quote_spanned!(span=> resource::AuthorizedOn)
            };
            let written = granted(handler).or_else(|| placeholder(handler));
            (name, vec![right, over.thing(&rule.authgate)], span, written)
        }
        (None, Some((right, span))) => {
            (quote_spanned!(*span=> Authorized), vec![right.clone()], *span, placeholder(handler))
        }
        (None, None) => return None,
    };
    let is_named = written.as_ref().is_some_and(Written::names_principal);
    let principal = rule.principal.as_ref().filter(|_| !is_named);
    let without_resource = written.as_ref().is_some_and(|written| written.lacks(&arguments));
    let ty = if let Some(written) = &written {
        written.declared(&rule.authgate, &arguments, principal)
    } else {
        let authgate = rule.authgate.at(span);
        let arguments = arguments.into_iter().chain(principal.map(ToTokens::to_token_stream));
        quote_spanned!(span=> #authgate::#name<#(#arguments),*>)
    };
    let written = written.map(|written| (written, principal.is_some() || without_resource));
    let mut declared = Declared { ty, wrappers: Vec::new(), written };
    if without_resource {
        let authgate = rule.authgate.at(span);
        declared.wrappers.push(quote_spanned!(span=> #authgate::resource::AuthorizedOn));
    }
    conceal(rule, &mut declared);
    if let (Some(_), Some((right, span))) = (&rule.over, resource_free_right) {
        let authgate = &rule.authgate;
        let in_tenant = rule.conceal.is_some() && rule.parts.iter().any(Part::has_tenant_right);
        let concealed = in_tenant.then(|| quote_spanned!(span=> , true));
        let proof = &declared.ty;
        declared.ty = quote_spanned!(span=> #authgate::resource::With<#right, #proof #concealed>);
        declared.wrappers.push(quote!(#authgate::resource::With));
    }
    Some(declared)
}

fn conceal(rule: &Checked, declared: &mut Declared) {
    let Some(Conceal { key, from }) = &rule.conceal else { return };
    let span = key.span();
    let (authgate, proof) = (rule.authgate.at(span), &declared.ty);
    let (name, ty) = match from {
        None => ("Concealed", quote_spanned!(span=> <#proof>)),
        Some(from) => ("ConcealedUnless", quote_spanned!(span=> <#from, #proof>)),
    };
    let name = Ident::new(name, span);
    declared.ty = quote_spanned!(span=> #authgate::resource::#name #ty);
    declared.wrappers.push(quote_spanned!(span=> #authgate::resource::#name));
}
