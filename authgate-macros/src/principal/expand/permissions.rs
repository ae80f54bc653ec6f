//! Permissions: what the roles grant, and the scopes allow.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::{owner, role_bits, tenant_bits};
use crate::principal::check::{PermissionsHeld, Principal};
use crate::principal::input::Field;

/// What is granted, in two readings: the bits of all that is, and whether the one of a marker `__M` is, by a mask.
struct Reading {
    held: TokenStream,
    holds: TokenStream,
}

pub(super) fn expand(principal: &Principal<'_>) -> Option<TokenStream> {
    let Principal { authgate, ident, role, permission, .. } = principal;
    let held = permission.as_ref()?;
    let (path, span) = (&held.set.path, held.set.path.span());
    let at = authgate.at(span);
    let marker = quote!(#authgate::__private::Marker<Set = #path>);
    let roles_held = role.as_ref();
    let by_roles = roles_held.and_then(|roles| {
        Some(of_roles(principal, held, &role_bits(authgate, &roles.set.path, roles.everywhere?)))
    });
    let by_itself = held.field.map(|field| of_field(principal, held, field));
    let everywhere = limited(principal, held, by_roles.into_iter().chain(by_itself)).map(|reading| {
        let Reading { held, holds } = reading;
        let holds_trait = quote_spanned!(span=> #at::right::Holds<#path>);
        quote! {
            #[automatically_derived]
            impl #holds_trait for #ident {
                fn held(&self) -> ::core::primitive::u128 {
                    #held
                }
                #[inline]
                fn holds<__M: #marker>(&self) -> #authgate::Decision {
                    #holds
                }
            }
        }
    });
    let by_tenant = roles_held.and_then(|roles| {
        Some(of_roles(principal, held, &tenant_bits(authgate, &roles.set.path, roles.in_tenants?)))
    });
    let in_tenants = limited(principal, held, by_tenant.into_iter()).map(|reading| {
        let Reading { held, holds } = reading;
        let holds_trait = quote_spanned!(span=> #at::right::HoldsIn<#path>);
        quote! {
            #[automatically_derived]
            impl #holds_trait for #ident {
                fn held_in(&self, tenant: &::core::primitive::str) -> ::core::primitive::u128 {
                    #held
                }
                fn holds_in<__M: #marker>(&self, tenant: &::core::primitive::str) -> #authgate::Decision {
                    #holds
                }
            }
        }
    });
    let owner = owner(principal, held.set);
    Some(quote!(#owner #everywhere #in_tenants))
}

/// Of roles with these bits.
fn of_roles(principal: &Principal<'_>, held: &PermissionsHeld<'_>, bits: &TokenStream) -> Reading {
    let (authgate, path) = (principal.authgate, &held.set.path);
    let role = principal.role.iter().map(|roles| &roles.set.path);
    let role = quote!(#(#role)*);
    // Roles that grant none of these permissions are told at the permissions' name.
    let granted = quote_spanned!(path.span()=> granted::<#role, #path>);
    Reading {
        held: quote!(#authgate::__private::#granted(#bits)),
        holds: quote!(#authgate::__private::by_roles::<#role, __M>(#bits)),
    }
}

/// Of the field that holds them.
fn of_field(principal: &Principal<'_>, held: &PermissionsHeld<'_>, field: &Field) -> Reading {
    let (authgate, path) = (principal.authgate, &held.set.path);
    let Field { ident, ty, .. } = field;
    let bits = quote_spanned!(ty.span()=> <#ty as #authgate::__private::PermissionsOf<#path>>::bits);
    Reading {
        held: quote!(#authgate::__private::closed::<#path>(#bits(&self.#ident))),
        holds: quote!(#authgate::__private::by_itself::<__M>(#bits(&self.#ident))),
    }
}

/// All of them together, as far as the scopes allow it; `None` where there is nothing.
fn limited(
    principal: &Principal<'_>,
    held: &PermissionsHeld<'_>,
    readings: impl Iterator<Item = Reading>,
) -> Option<Reading> {
    let (authgate, path) = (principal.authgate, &held.set.path);
    let (all, any) = readings.fold((Vec::new(), Vec::new()), |(mut all, mut any), reading| {
        all.push(reading.held);
        any.push(reading.holds);
        (all, any)
    });
    if all.is_empty() {
        return None;
    }
    let (held_all, holds_any) = (quote!(#(#all)|*), quote!(#(#any)||*));
    let Some(scopes) = principal.scope.as_ref().filter(|_| held.limited) else {
        return Some(Reading {
            held: held_all,
            holds: quote!(#authgate::__private::permitted(#holds_any, true)),
        });
    };
    let (scope, Field { ident, ty, .. }) = (&scopes.set.path, scopes.field);
    let limit = quote_spanned!(ty.span()=> <#ty as #authgate::__private::ScopesOf<#scope>>::limit);
    let allowed = quote_spanned!(path.span()=> allowed::<#scope, #path>);
    Some(Reading {
        held: quote!((#held_all) & #authgate::__private::#allowed(#limit(&self.#ident))),
        holds: quote! {
            #authgate::__private::permitted(
                #holds_any,
                #authgate::__private::by_scopes::<#scope, __M>(#limit(&self.#ident)),
            )
        },
    })
}
