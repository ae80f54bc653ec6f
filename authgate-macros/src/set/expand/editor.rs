//! Generates the lookup of a member that rust-analyzer sees.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use crate::crate_path::CratePath;
use crate::public::spell;
use crate::set::check::{Right, Set};

/// Maps the name of each member, and that of its variant, to the marker and the place of the
/// variant. The compiler uses positions, whose constants rust-analyzer does not evaluate.
pub(super) fn expand(set: &Set) -> TokenStream {
    let Set { authgate, ident, module, rights, .. } = set;
    let impls = rights.iter().flat_map(|Right { ident: variant, name, .. }| {
        [(true, variant.to_string()), (false, name.clone())].map(|(is_variant, text)| {
            let spelt = spelt(authgate, is_variant, &text);
            let member = quote_spanned!(variant.span()=> member);
            quote! {
                #[cfg(rust_analyzer)]
                impl #spelt for #ident {
                    type Marker = #module::#variant;
                    fn #member() {}
                }
            }
        })
    });
    let implied = rights.iter().flat_map(|right| &right.implies);
    quote! {
        #[allow(unexpected_cfgs)]
        const _: () = {
            #(#impls)*
            #(#[cfg(rust_analyzer)] const _: #ident = #ident::#implied;)*
        };
    }
}

/// Returns the trait that looks up a member by the name of its variant or by its own name.
pub(crate) fn spelt(authgate: &CratePath, is_variant: bool, text: &str) -> TokenStream {
    let text = spell(authgate, text.trim_start_matches("r#"));
    quote!(#authgate::__private::Spelt<#is_variant, #text>)
}
