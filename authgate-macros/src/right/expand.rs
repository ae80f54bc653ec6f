//! Everything that a right is, but for what it decides.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::check::Right;
use super::digits::digits;

pub(super) fn expand(right: &Right) -> TokenStream {
    let Right { authgate, ident, type_name, kind, name, refusal, .. } = right;
    let digits = digits(authgate, type_name);
    let refusal = match refusal {
        None => quote!(&#authgate::Refusal::DENIED),
        Some((reason, detail)) => {
            // A reason of authgate's own is told in const evaluation, at the literal.
            let at = authgate.at(reason.span());
            quote_spanned!(reason.span()=> const { &#at::Refusal::new(#reason, #detail) })
        }
    };
    let principal = principal(right);
    quote! {
        #[automatically_derived]
        impl #authgate::Right for #ident {
            const EXPRESSION: &'static #authgate::access::Expression =
                &#authgate::access::Expression::Own(
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

/// Whose it is: one principal's, or anybody's, who is then told by what stands beside it.
fn principal(Right { authgate, ident, principal, .. }: &Right) -> TokenStream {
    let Some(principal) = principal else {
        return quote! {
            #[automatically_derived]
            impl<__P> #authgate::__private::Beside<__P> for #ident {}
        };
    };
    quote! {
        #[automatically_derived]
        impl #authgate::__private::Grant for #ident {
            type Principal = #principal;
        }
        #[automatically_derived]
        impl #authgate::__private::Beside<#principal> for #ident {}
    }
}
