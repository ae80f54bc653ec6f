//! Generates the impls for permissions, which roles grant and scopes limit.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::{each_tenant, owner, role_bits, tenant_bits};
use crate::principal::check::{PermissionsHeld, Principal};
use crate::principal::input::Field;

pub(super) fn expand(principal: &Principal<'_>) -> Option<TokenStream> {
    let held = principal.permission.as_ref()?;
    let (owner, tables) = (owner(principal, held.set), tables(principal, held));
    let roles = principal.role.as_ref();
    let by_roles = roles.and_then(|roles| {
        let bits = role_bits(principal.authgate, &roles.set.path, roles.everywhere?);
        Some(of_roles(principal, held, ["granted", "by_roles"], &bits))
    });
    let by_itself = held.field.map(|field| of_field(principal, held, field));
    let everywhere = implement(
        principal,
        held,
        "HasRights",
        &by_roles.into_iter().chain(by_itself).collect::<Vec<_>>(),
        None,
    );
    let of_tenants = principal.tenant_role.as_ref().map(|held| (held.set, held.field));
    let of_tenants = of_tenants.or_else(|| roles.and_then(|roles| Some((roles.set, roles.in_tenants?))));
    let by_roles = of_tenants.map(|(set, field)| {
        let bits = tenant_bits(principal.authgate, &set.path, field);
        of_roles(principal, held, ["granted_in_tenant", "by_tenant_roles"], &bits)
    });
    let each_tenant = of_tenants.map(|(set, field)| each_tenant(principal.authgate, &set.path, field));
    let in_tenants = implement(principal, held, "HasRightsIn", by_roles.as_slice(), each_tenant.as_ref());
    Some(quote!(#owner #tables #everywhere #in_tenants))
}

/// Declares the tables of roles and scopes. Only this code refers to them, so that a missing table
/// is reported once.
fn tables(principal: &Principal<'_>, held: &PermissionsHeld<'_>) -> TokenStream {
    let Principal { authgate, ident, role, tenant_role, scope, .. } = principal;
    let path = &held.set.path;
    let table = |set: &syn::Path, of: &str, table: &str, name: &str| {
        let (span, at) = (set.span(), authgate.at(set.span()));
        let [of, table, name] = [of, table, name].map(|word| Ident::new(word, span));
        let value = quote_spanned!(span=> <#set as #at::right::#of<#path>>::#table);
        quote!(const #name: &'static [::core::primitive::u128] = #value;)
    };
    let grants = role.iter().map(|role| table(&role.set.path, "Grants", "GRANTS", "GRANTS"));
    let in_tenants = tenant_role.iter();
    let in_tenants = in_tenants.map(|role| table(&role.set.path, "Grants", "GRANTS", "TENANT_GRANTS"));
    let allows = scope
        .iter()
        .filter(|_| held.limited)
        .map(|scope| table(&scope.set.path, "Allows", "ALLOWS", "ALLOWS"));
    let names = scope.iter().filter(|_| held.limited).map(|scope| {
        let (set, at) = (&scope.set.path, authgate.at(scope.set.path.span()));
        let text = quote!(&'static [&'static ::core::primitive::str]);
        quote_spanned!(set.span()=> const SCOPES: #text = <#set as #at::right::RightSet>::NAMES;)
    });
    quote! {
        #[automatically_derived]
        impl #authgate::__private::Bundled<#path> for #ident {
            #(#grants)*
            #(#in_tenants)*
            #(#allows)*
            #(#names)*
        }
    }
}

/// Two ways to read the permissions: all of them as bits, and whether the marker `__M` is among
/// them.
struct Reading {
    held: TokenStream,
    holds: TokenStream,
}

/// Reads the permissions granted by roles with these bits. The functions are for all permissions
/// and for one.
fn of_roles(
    principal: &Principal<'_>,
    held: &PermissionsHeld<'_>,
    functions: [&str; 2],
    bits: &TokenStream,
) -> Reading {
    let (authgate, path) = (principal.authgate, &held.set.path);
    let [all, one] = functions.map(|name| Ident::new(name, Span::call_site()));
    Reading {
        held: quote!(#authgate::__private::#all::<Self, #path>(#bits)),
        holds: quote!(#authgate::__private::#one::<Self, __M>(#bits)),
    }
}

/// Reads the permissions in the field that holds them directly.
fn of_field(principal: &Principal<'_>, held: &PermissionsHeld<'_>, field: &Field) -> Reading {
    let (authgate, path) = (principal.authgate, &held.set.path);
    let Field { ident, ty, .. } = field;
    let bits = quote_spanned!(ty.span()=> <#ty as #authgate::__private::PermissionsOf<#path>>::bits);
    Reading {
        held: quote!(#bits(&self.#ident)),
        holds: quote!(#authgate::__private::by_itself::<__M>(#bits(&self.#ident))),
    }
}

/// Combines the readings, limited by the scopes if the principal declares it.
fn limited(
    principal: &Principal<'_>,
    held: &PermissionsHeld<'_>,
    readings: &[Reading],
    closed: &TokenStream,
) -> Reading {
    let (authgate, path) = (principal.authgate, &held.set.path);
    let all = readings.iter().map(|reading| &reading.held);
    let any = readings.iter().map(|reading| &reading.holds);
    let (all, any) = (quote!(#(#all)|*), quote!(#(#any)||*));
    let Some(scopes) = principal.scope.as_ref().filter(|_| held.limited) else {
        return Reading { held: all, holds: quote!(#authgate::__private::permitted(#any, true)) };
    };
    // A permission implied by both sides is held, even if the two sides name different permissions.
    let (scope, Field { ident, ty, .. }) = (&scopes.set.path, scopes.field);
    let limit = quote_spanned!(ty.span()=> <#ty as #authgate::__private::ScopesOf<#scope>>::limit);
    Reading {
        held: quote!(#closed(#all) & #closed(#authgate::__private::allowed::<Self, #path>(#limit(&self.#ident)))),
        holds: quote! {
            #authgate::__private::permitted(
                #any,
                #authgate::__private::by_scopes::<Self, __M>(#limit(&self.#ident)),
            )
        },
    }
}

fn implement(
    principal: &Principal<'_>,
    held: &PermissionsHeld<'_>,
    of: &str,
    readings: &[Reading],
    each_tenant: Option<&TokenStream>,
) -> Option<TokenStream> {
    if readings.is_empty() {
        return None;
    }
    let Principal { authgate, ident, .. } = principal;
    let (path, span) = (&held.set.path, held.set.path.span());
    let (at, name) = (authgate.at(span), Ident::new(of, span));
    let implemented = quote_spanned!(span=> #at::right::#name<#path>);
    let closed = quote_spanned!(span=> <Self as #at::right::#name<#path>>::with_implied);
    let is_limited = held.limited;
    let Reading { held, holds } = limited(principal, held, readings, &closed);
    let (held_fn, holds_fn, tenant) = if of == "HasRights" {
        ("held", "holds", None)
    } else {
        ("held_in", "holds_in", Some(quote!(, tenant: &::core::primitive::str)))
    };
    let (held_fn, holds_fn) =
        (Ident::new(held_fn, Span::call_site()), Ident::new(holds_fn, Span::call_site()));
    let least_scope = is_limited.then(|| {
        quote! {
            fn least_scope<__M: #authgate::__private::Marker<Set = #path>>()
                -> ::core::option::Option<&'static ::core::primitive::str>
            {
                #authgate::__private::least_scope::<Self, __M>()
            }
        }
    });
    Some(quote! {
        #[automatically_derived]
        impl #implemented for #ident {
            fn #held_fn(&self #tenant) -> ::core::primitive::u128 {
                #held
            }
            #[inline]
            fn #holds_fn<__M: #authgate::__private::Marker<Set = #path>>(&self #tenant) -> #authgate::Decision {
                #holds
            }
            #each_tenant
            #least_scope
        }
    })
}
