//! The impls: who it is, and which rights it holds.

mod permissions;

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned;

use super::attr::SetPath;
use super::check::{Principal, RolesHeld};
use super::input::Field;
use crate::crate_path::CratePath;

pub(super) fn expand(principal: &Principal<'_>) -> TokenStream {
    let Principal { authgate, ident, id, role, scope, .. } = principal;
    let name = ident.to_string().replace("r#", "");
    let (field, ty) = (&id.ident, &id.ty);
    let roles = role.iter().map(|held| roles(principal, held));
    let scopes = scope.iter().map(|held| {
        let (owner, bits) = (owner(principal, held.set), scope_bits(authgate, &held.set.path, held.field));
        let holds = holds(principal, held.set, &bits);
        quote!(#owner #holds)
    });
    let permissions = permissions::expand(principal);
    quote! {
        #[automatically_derived]
        impl #authgate::Principal for #ident {
            type Id = #ty;
            const NAME: &'static ::core::primitive::str = #name;
            fn id(&self) -> &#ty {
                &self.#field
            }
        }
        #(#roles)*
        #(#scopes)*
        #permissions
    }
}

fn roles(principal: &Principal<'_>, held: &RolesHeld<'_>) -> TokenStream {
    let Principal { authgate, .. } = principal;
    let RolesHeld { set, everywhere, in_tenants } = held;
    let owner = owner(principal, set);
    let everywhere = everywhere.map(|field| holds(principal, set, &role_bits(authgate, &set.path, field)));
    let in_tenants =
        in_tenants.map(|field| holds_in(principal, set, &tenant_bits(authgate, &set.path, field)));
    quote!(#owner #everywhere #in_tenants)
}

/// Whose the set's rights are, unless they are another's as well.
fn owner(principal: &Principal<'_>, set: &SetPath) -> Option<TokenStream> {
    let Principal { authgate, ident, .. } = principal;
    let path = &set.path;
    let span = path.span();
    let at = authgate.at(span);
    (!set.foreign).then(|| {
        quote_spanned! {span=>
            #[automatically_derived]
            impl #at::right::HeldBy for #path {
                type Principal = #ident;
            }
        }
    })
}

fn holds(principal: &Principal<'_>, set: &SetPath, bits: &TokenStream) -> TokenStream {
    let Principal { authgate, ident, .. } = principal;
    let (path, span) = (&set.path, set.path.span());
    let at = authgate.at(span);
    let holds = quote_spanned!(span=> #at::right::Holds<#path>);
    quote! {
        #[automatically_derived]
        impl #holds for #ident {
            fn held(&self) -> ::core::primitive::u128 {
                #bits
            }
        }
    }
}

fn holds_in(principal: &Principal<'_>, set: &SetPath, bits: &TokenStream) -> TokenStream {
    let Principal { authgate, ident, .. } = principal;
    let (path, span) = (&set.path, set.path.span());
    let at = authgate.at(span);
    let holds_in = quote_spanned!(span=> #at::right::HoldsIn<#path>);
    quote! {
        #[automatically_derived]
        impl #holds_in for #ident {
            fn held_in(&self, tenant: &::core::primitive::str) -> ::core::primitive::u128 {
                #bits
            }
        }
    }
}

fn role_bits(authgate: &CratePath, set: &Path, Field { ident, ty, .. }: &Field) -> TokenStream {
    let bits = quote_spanned!(ty.span()=> <#ty as #authgate::__private::RolesOf<#set>>::bits);
    quote!(#bits(&self.#ident))
}

fn tenant_bits(authgate: &CratePath, set: &Path, Field { ident, ty, .. }: &Field) -> TokenStream {
    let bits = quote_spanned!(ty.span()=> <#ty as #authgate::__private::TenantRolesOf<#set>>::bits_in);
    quote!(#bits(&self.#ident, tenant))
}

fn scope_bits(authgate: &CratePath, set: &Path, Field { ident, ty, .. }: &Field) -> TokenStream {
    let bits = quote_spanned!(ty.span()=> <#ty as #authgate::__private::ScopesOf<#set>>::bits);
    quote!(#bits(&self.#ident))
}
