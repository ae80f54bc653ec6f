//! Replaces a principal that has errors with one that holds no rights, so that code using it does
//! not report further errors.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};

use super::input::Input;

pub(super) fn expand(input: &Input) -> TokenStream {
    let Input { ident, attribute, fields, .. } = input;
    let authgate = &attribute.authgate;
    let in_tenants = fields.iter().any(|field| field.attribute.tenant_roles.is_some());
    let sets = [
        (&attribute.role, in_tenants),
        (&attribute.tenant_role, true),
        (&attribute.scope, false),
        (&attribute.permission, in_tenants),
    ];
    let mut known = HashSet::new();
    let sets = sets.into_iter().filter_map(|(set, in_tenants)| Some((set.as_ref()?, in_tenants)));
    let sets = sets.filter(|(set, _)| known.insert(set.path.to_token_stream().to_string()));
    let sets = sets.map(|(set, in_tenants)| {
        let path = &set.path;
        let owner = (!set.foreign)
            .then(|| quote!(impl #authgate::right::OwnedBy for #path { type Principal = #ident; }));
        let in_tenants = in_tenants.then(|| {
            quote! {
                impl #authgate::right::HasRightsIn<#path> for #ident {
                    fn held_in(&self, _: &::core::primitive::str) -> ::core::primitive::u128 {
                        0
                    }
                }
            }
        });
        quote! {
            #owner
            impl #authgate::right::HasRights<#path> for #ident {
                fn held(&self) -> ::core::primitive::u128 {
                    0
                }
            }
            #in_tenants
        }
    });
    let sets: Vec<_> = sets.collect();
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
