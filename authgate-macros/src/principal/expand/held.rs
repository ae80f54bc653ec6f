//! Lists the rights that a principal holds, for the log.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::{role_bits, scope_bits, tenant_bits};
use crate::principal::check::Principal;

/// Generates calls in the order of the sets in `SETS`.
pub(super) fn expand(principal: &Principal<'_>) -> Option<TokenStream> {
    let Principal { authgate, role, tenant_role, scope, permission, .. } = principal;
    let everywhere = |set: usize, bits: &TokenStream| quote!(see(#set, ::core::option::Option::None, #bits););
    let in_tenants = |set: usize, path, field: &crate::principal::input::Field| {
        let (ident, ty) = (&field.ident, &field.ty);
        let bits = tenant_bits(authgate, path, field);
        let each =
            quote_spanned!(ty.span()=> <#ty as #authgate::__private::TenantRolesOf<#path>>::each_tenant);
        quote! {
            #each(&self.#ident, &mut |tenant| see(#set, ::core::option::Option::Some(tenant), #bits));
        }
    };
    let mut calls = Vec::new();
    let mut set = 0;
    if let Some(role) = role {
        let path = &role.set.path;
        calls.extend(role.everywhere.map(|field| everywhere(set, &role_bits(authgate, path, field))));
        calls.extend(role.in_tenants.map(|field| in_tenants(set, path, field)));
        set += 1;
    }
    if let Some(role) = tenant_role {
        calls.push(in_tenants(set, &role.set.path, role.field));
        set += 1;
    }
    if let Some(scope) = scope {
        calls.push(everywhere(set, &scope_bits(authgate, &scope.set.path, scope.field)));
        set += 1;
    }
    if let Some((path, field)) = permission.as_ref().and_then(|held| Some((&held.set.path, held.field?))) {
        let (ident, ty) = (&field.ident, &field.ty);
        let bits = quote_spanned!(ty.span()=> <#ty as #authgate::__private::PermissionsOf<#path>>::bits);
        calls.push(everywhere(set, &quote!(#bits(&self.#ident))));
    }
    (!calls.is_empty()).then(|| {
        quote! {
            fn __each_held(
                &self,
                see: &mut dyn ::core::ops::FnMut(
                    ::core::primitive::usize,
                    ::core::option::Option<&::core::primitive::str>,
                    ::core::primitive::u128,
                ),
            ) {
                #(#calls)*
            }
        }
    })
}
