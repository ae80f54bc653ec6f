//! Reports a rule with a `not` that no caller or every caller satisfies, when the function is
//! compiled.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::{GenericParam, Signature};

use super::check::Checked;
use super::join::{self, Lookup};
use super::part::Part;
use crate::handler::starting_with;

/// Adds a constant to the body that checks the rule.
pub(super) fn sound(rule: &Checked, signature: &Signature, body: TokenStream) -> TokenStream {
    let of_resource = rule.over.iter().flat_map(|over| &over.parts);
    let Some(span) = rule.parts.iter().chain(of_resource).find_map(Part::negation) else { return body };
    let authgate = rule.authgate.at(span);
    // The declaration reports a missing name, so this lookup must stay silent.
    let right = join::resource_free_right(rule, Lookup::Silent);
    let right = right.map(|(right, _)| quote_spanned!(span=> <#right as #authgate::right::Right>::RULE));
    let over = rule.over.as_ref().zip(join::right_over_resource(rule, Lookup::Silent));
    let over = over.map(|(over, (right, _))| {
        let thing = over.thing(&rule.authgate);
        quote_spanned!(span=> <#right as #authgate::__private::DeclaredPolicy<#thing>>::RULE)
    });
    let rules: Vec<TokenStream> = right.into_iter().chain(over).collect();
    // A constant cannot use the generic parameters of its function.
    let generic = signature.generics.params.iter().any(|param| !matches!(param, GenericParam::Lifetime(_)));
    if generic || rules.iter().any(|rule| names_self(rule.clone())) {
        return body;
    }
    let all_named = join::all_named(rule);
    let asked = quote_spanned! {span=>
        #[cfg(not(rust_analyzer))]
        const _: () = #authgate::__private::compiled!({
            #[allow(unused_imports)]
            use #authgate::__private::AuthgateDerive as _;
            if #all_named {
                #(#authgate::__private::sound(#rules);)*
            }
        });
    };
    starting_with(asked, &body).unwrap_or(body)
}

fn names_self(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Ident(word) => is_self(&word),
        TokenTree::Group(group) => names_self(group.stream()),
        _ => false,
    })
}

fn is_self(word: &Ident) -> bool {
    word == "Self"
}
