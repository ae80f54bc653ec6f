//! Generates the impls of a principal: its identity and its rights.

mod held;
mod permissions;
mod sample;

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned;

use super::attr::SetPath;
use super::check::{Principal, RolesHeld, Subjects};
use super::input::Field;
use crate::crate_path::CratePath;

pub(super) fn expand(principal: &Principal<'_>) -> TokenStream {
    let Principal { authgate, ident, id, role, scope, .. } = principal;
    let name = ident.to_string().replace("r#", "");
    let (field, ty) = (&id.ident, &id.ty);
    let roles = role.iter().map(|held| roles(principal, held));
    let tenant_roles = principal.tenant_role.iter().map(|held| {
        let (owner, holds) = (owner(principal, held.set), holds_in(principal, held.set, held.field));
        quote!(#owner #holds)
    });
    let scopes = scope.iter().map(|held| {
        let (owner, bits) = (owner(principal, held.set), scope_bits(authgate, &held.set.path, held.field));
        let holds = holds(principal, held.set, &bits);
        quote!(#owner #holds)
    });
    let permissions = permissions::expand(principal);
    let (sets, held) = (sets(principal), held::expand(principal));
    let subjects = subjects(principal);
    let sample = sample::expand(principal);
    quote! {
        #[automatically_derived]
        impl #authgate::Principal for #ident {
            type Id = #ty;
            const NAME: &'static ::core::primitive::str = #name;
            const PLACE: &'static ::core::primitive::str =
                ::core::concat!(::core::module_path!(), ":", ::core::line!(), ":", ::core::column!());
            #sets
            #held
            #subjects
            fn id(&self) -> &#ty {
                &self.#field
            }
            #sample
        }
        #(#roles)*
        #(#tenant_roles)*
        #(#scopes)*
        #permissions
    }
}

fn roles(principal: &Principal<'_>, held: &RolesHeld<'_>) -> TokenStream {
    let Principal { authgate, .. } = principal;
    let RolesHeld { set, everywhere, in_tenants } = held;
    let owner = owner(principal, set);
    let everywhere = everywhere.map(|field| holds(principal, set, &role_bits(authgate, &set.path, field)));
    let in_tenants = in_tenants.map(|field| holds_in(principal, set, field));
    quote!(#owner #everywhere #in_tenants)
}

/// Declares how subjects of several issuers are distinguished.
fn subjects(principal: &Principal<'_>) -> Option<TokenStream> {
    let Principal { authgate, subjects, .. } = principal;
    match subjects {
        Subjects::Undeclared => None,
        Subjects::Shared => Some(quote! {
            const SUBJECTS: #authgate::__private::Subjects = #authgate::__private::Subjects::Shared;
        }),
        Subjects::OfIssuer(Field { ident, ty, .. }) => {
            let set = quote_spanned!(ty.span()=> <#ty as #authgate::__private::IssuerField>::set);
            Some(quote! {
                const SUBJECTS: #authgate::__private::Subjects = #authgate::__private::Subjects::OfIssuer;
                fn __set_issuer(&mut self, issuer: &::core::primitive::str) {
                    #set(&mut self.#ident, issuer);
                }
            })
        }
    }
}

/// Lists the principal's sets for the access table.
fn sets(principal: &Principal<'_>) -> Option<TokenStream> {
    let Principal { authgate, role, tenant_role, scope, permission, .. } = principal;
    let set = |SetPath { path, .. }: &SetPath, constant: &str| {
        let at = authgate.at(path.span());
        let (of_permissions, constant) = match &permission {
            Some(held) if constant != "ALONE" => (Some(&held.set.path), constant),
            _ => (None, "ALONE"),
        };
        let of_permissions = of_permissions.map(|permissions| quote!(, Self, #permissions));
        let constant = Ident::new(constant, path.span());
        quote_spanned!(path.span()=> #at::__private::SetOf::<#path #of_permissions>::#constant)
    };
    let limited = permission.as_ref().is_some_and(|held| held.limited);
    let roles = role.iter().map(|held| set(held.set, "GRANTING"));
    let tenant_roles = tenant_role.iter().map(|held| set(held.set, "GRANTING_IN_TENANTS"));
    let scopes = scope.iter().map(|held| set(held.set, if limited { "ALLOWING" } else { "ALONE" }));
    let permissions = permission.iter().map(|held| set(held.set, "ALONE"));
    let sets: Vec<_> = roles.chain(tenant_roles).chain(scopes).chain(permissions).collect();
    (!sets.is_empty()).then(|| {
        quote! {
            const SETS: &'static [#authgate::access::SetOfRights] = {
                #[allow(unused_imports)]
                use #authgate::__private::NoSet as _;
                &[#(#sets),*]
            };
        }
    })
}

/// Makes this principal the default owner of the set, unless the set is `foreign`. A path that is
/// not a set is reported here once, and not again for each right of it.
fn owner(principal: &Principal<'_>, set: &SetPath) -> TokenStream {
    let Principal { authgate, ident, .. } = principal;
    let path = &set.path;
    let span = path.span();
    let at = authgate.at(span);
    let set_check = quote_spanned!(span=> #at::__private::Lookup::of::<#path>());
    if set.foreign {
        return quote_spanned!(span=> const _: #at::__private::Lookup = #set_check;);
    }
    quote_spanned! {span=>
        #[automatically_derived]
        impl #at::right::OwnedBy for #path {
            type Principal = #ident;
        }
        #[automatically_derived]
        impl #at::__private::AuthgateDerive<#ident> for #path {
            const LOOKUP: #at::__private::Lookup = #set_check;
        }
    }
}

fn holds(principal: &Principal<'_>, set: &SetPath, bits: &TokenStream) -> TokenStream {
    let Principal { authgate, ident, .. } = principal;
    let (path, span) = (&set.path, set.path.span());
    let at = authgate.at(span);
    let holds = quote_spanned!(span=> #at::right::HasRights<#path>);
    quote! {
        #[automatically_derived]
        impl #holds for #ident {
            fn held(&self) -> ::core::primitive::u128 {
                #bits
            }
        }
    }
}

fn holds_in(principal: &Principal<'_>, set: &SetPath, field: &Field) -> TokenStream {
    let Principal { authgate, ident, .. } = principal;
    let (path, span) = (&set.path, set.path.span());
    let (bits, each_tenant) = (tenant_bits(authgate, path, field), each_tenant(authgate, path, field));
    let at = authgate.at(span);
    let holds_in = quote_spanned!(span=> #at::right::HasRightsIn<#path>);
    quote! {
        #[automatically_derived]
        impl #holds_in for #ident {
            fn held_in(&self, tenant: &::core::primitive::str) -> ::core::primitive::u128 {
                #bits
            }
            #each_tenant
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

/// Generates `each_tenant`, which lists the tenants of a tenant role field as they are spelled.
fn each_tenant(authgate: &CratePath, set: &Path, Field { ident, ty, .. }: &Field) -> TokenStream {
    let each = quote_spanned!(ty.span()=> <#ty as #authgate::__private::TenantRolesOf<#set>>::each_tenant);
    quote! {
        fn each_tenant(
            &self,
            see: &mut dyn ::core::ops::FnMut(&::core::primitive::str),
        ) -> ::core::primitive::bool {
            #each(&self.#ident, see);
            true
        }
    }
}

fn scope_bits(authgate: &CratePath, set: &Path, Field { ident, ty, .. }: &Field) -> TokenStream {
    let bits = quote_spanned!(ty.span()=> <#ty as #authgate::__private::ScopesOf<#set>>::bits);
    quote!(#bits(&self.#ident))
}
