//! Generates the impls of a requirement, except for its decision.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::check::Right;
use super::digits::digits;

pub(super) fn expand(right: &Right) -> TokenStream {
    let Right { authgate, ident, type_name, kind, name, refusal, .. } = right;
    let digits = digits(authgate, type_name);
    let refusal = match refusal {
        None => quote!(&#authgate::denial::DenialMessage::DENIED),
        Some((reason, detail)) => {
            // Const evaluation reports a reason that authgate itself uses, at the literal.
            let at = authgate.at(reason.span());
            quote_spanned!(reason.span()=> const { &#at::denial::DenialMessage::new(#reason, #detail) })
        }
    };
    let principal = principal(right);
    quote! {
        #[automatically_derived]
        impl #authgate::right::Right for #ident {
            const RULE: &'static #authgate::access::Rule =
                &#authgate::access::Rule::Own(
                    #authgate::access::Own::new(#kind, #name, #refusal)
                        .of_type(::core::concat!(::core::module_path!(), "::", #type_name)),
                );
        }
        #[automatically_derived]
        impl #authgate::__private::Kinded for #ident {
            type Kind = #authgate::__private::kind::Own<#digits>;
        }
        #[automatically_derived]
        impl #authgate::__private::Atom for #ident {}
        #principal
    }
}

/// Binds the requirement to its principal. Without one, the right that it is combined with
/// determines the principal.
fn principal(Right { authgate, ident, principal, .. }: &Right) -> TokenStream {
    let Some(principal) = principal else {
        return quote! {
            #[automatically_derived]
            impl<__P> #authgate::__private::Beside<__P> for #ident {}
        };
    };
    quote! {
        #[automatically_derived]
        impl #authgate::__private::RightOf for #ident {
            type Principal = #principal;
        }
        #[automatically_derived]
        impl #authgate::__private::Beside<#principal> for #ident {}
    }
}
