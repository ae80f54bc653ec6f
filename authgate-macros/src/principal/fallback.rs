//! In the place of a principal with mistakes: one that holds nothing, so that its uses are not told again.

use proc_macro2::TokenStream;
use quote::quote;

use super::input::Input;

pub(super) fn expand(input: &Input) -> TokenStream {
    let Input { ident, attribute, .. } = input;
    let authgate = &attribute.authgate;
    let sets = [&attribute.role, &attribute.scope].into_iter().flatten().map(|set| {
        let path = &set.path;
        let owner = (!set.foreign)
            .then(|| quote!(impl #authgate::right::HeldBy for #path { type Principal = #ident; }));
        quote! {
            #owner
            impl #authgate::right::Holds<#path> for #ident {
                fn held(&self) -> ::core::primitive::u128 {
                    0
                }
            }
        }
    });
    quote! {
        impl #authgate::Principal for #ident {
            type Id = ::core::primitive::str;
            const NAME: &'static ::core::primitive::str = "";
            fn id(&self) -> &::core::primitive::str {
                ""
            }
        }
        #(#sets)*
    }
}
