//! Generates the table of the permissions that roles grant or scopes allow.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote};

use crate::set::Kind;
use crate::set::check::{Right, Set};

/// Generates no table if the enum does not mention permissions.
pub(super) fn expand(set: &Set) -> TokenStream {
    let Set { kind, authgate, ident, rights, permissions, .. } = set;
    let (of, table) = match kind {
        Kind::Role => ("Grants", "GRANTS"),
        Kind::Scope => ("Allows", "ALLOWS"),
        Kind::Permission => return TokenStream::new(),
    };
    let said = rights.iter().find_map(|right| right.gives.key);
    if said.is_none() && permissions.is_none() {
        return TokenStream::new();
    }
    let span = said.unwrap_or_else(Span::call_site);
    let (of, table) = (Ident::new(of, Span::call_site()), Ident::new(table, Span::call_site()));
    let lookup = Kind::Permission.lookup(span);
    let permissions = permissions
        .as_ref()
        .map_or_else(|| Kind::Permission.ident(span).into_token_stream(), |path| quote!(#path));
    let rows = rights.iter().map(|Right { gives, .. }| {
        let bits = gives.variants.iter().map(|variant| {
            let at = quote!({
                let variant: __Given = __Given::#variant;
                variant as ::core::primitive::usize
            });
            quote!((1u128 << __Given::#lookup.variant(#at)))
        });
        if gives.variants.is_empty() { quote!(0) } else { quote!(#(#bits)|*) }
    });
    // An alias, so that a missing enum is reported once.
    quote! {
        const _: () = {
            type __Given = #permissions;
            #[automatically_derived]
            impl #authgate::right::#of<__Given> for #ident {
                const #table: &'static [::core::primitive::u128] = &#authgate::__private::bundles(
                    <Self as #authgate::right::RightSet>::CLOSURE,
                    [#(#rows),*],
                );
            }
        };
    }
}
