//! Replaces a principal that has errors with one that holds no rights, so that code using it does
//! not report further errors.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote};
use syn::{GenericArgument, Path, PathArguments, Type};

use super::attr::{OnField, SetPath};
use super::input::Input;

pub(super) fn expand(input: &Input) -> TokenStream {
    let Input { ident, attribute, fields, .. } = input;
    let authgate = &attribute.authgate;
    let in_tenants = fields.iter().any(|field| field.attribute.tenant_roles.is_some());
    // A set whose key is missing is read from its field.
    let of_field = |mark: fn(&OnField) -> Option<Span>, key: &Option<SetPath>| {
        let field = fields.iter().find(|field| mark(&field.attribute).is_some());
        key.is_none().then(|| set_of(&field?.ty)).flatten()
    };
    let from_fields = [
        of_field(|field| field.roles.or(field.tenant_roles), &attribute.role),
        of_field(|field| field.scopes, &attribute.scope),
        of_field(|field| field.permissions, &attribute.permission),
    ];
    let sets = [
        (&attribute.role, in_tenants),
        (&attribute.tenant_role, true),
        (&attribute.scope, false),
        (&attribute.permission, in_tenants),
    ];
    let mut known = HashSet::new();
    let sets = sets.into_iter().filter_map(|(set, in_tenants)| {
        let SetPath { path, foreign, .. } = set.as_ref()?;
        Some((path, *foreign, in_tenants))
    });
    let sets = sets.chain(from_fields.iter().flatten().map(|path| (path, false, in_tenants)));
    let sets = sets.filter(|(path, ..)| known.insert(path.to_token_stream().to_string()));
    let sets = sets.map(|(path, foreign, in_tenants)| {
        let owner =
            (!foreign).then(|| quote!(impl #authgate::right::OwnedBy for #path { type Principal = #ident; }));
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

/// Returns the enum of a field: `Role` for `Roles<Role>`.
fn set_of(ty: &Type) -> Option<Path> {
    let Type::Path(ty) = ty else { return None };
    let last = ty.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let GenericArgument::Type(Type::Path(set)) = arguments.args.last()? else { return None };
    match last.ident.to_string().as_str() {
        "Option" => set_of(&Type::Path(set.clone())),
        "Roles" | "TenantRoles" | "Scopes" | "Permissions" => Some(set.path.clone()),
        _ => None,
    }
}
