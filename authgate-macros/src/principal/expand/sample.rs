//! Generates test support: a sample principal, and grants of rights by name. The code exists only
//! with the `testing` feature of authgate, which the surrounding macro checks where it is expanded.

use proc_macro2::TokenStream;
use quote::quote;

use crate::principal::check::Principal;
use crate::principal::input::Field;

pub(super) fn expand(principal: &Principal<'_>) -> TokenStream {
    let Principal { authgate, ident, fields, id, .. } = principal;
    let name = ident.to_string();
    let filled = fields.iter().map(|field| {
        let Field { ident, ty, attribute } = field;
        let text = ident.to_string();
        let slot = quote!(#authgate::testing::derived::Slot::<#ty>::NEW);
        let value = match &attribute.sample {
            Some(sample) => quote!(#sample),
            None if attribute.id.is_some() => quote!((&&#slot).fill_id(#name, #text)?),
            None => quote!((&#slot).fill(#name, #text)?),
        };
        quote!(#ident: #value)
    });
    let gifts = gifts(principal);
    let Field { ident: id, ty: id_type, .. } = id;
    quote! {
        #authgate::__if_testing! {
            fn __sample() -> ::core::result::Result<Self, #authgate::testing::derived::Unfilled> {
                #[allow(unused_imports)]
                use #authgate::testing::derived::{ByDefault as _, ByName as _, NotAtAll as _, Unnamed as _};
                ::core::result::Result::Ok(Self { #(#filled),* })
            }
            fn __name(&mut self, id: #id_type) {
                self.#id = id;
            }
            fn __give(&mut self, gift: &#authgate::testing::derived::Gift) -> ::core::primitive::bool {
                #[allow(unused_imports)]
                use #authgate::testing::derived::{GiftInTenant as _, GiftOf as _, NoGift as _};
                match gift.kind() {
                    #(#gifts,)*
                    _ => false,
                }
            }
        }
    }
}

/// Generates an arm for each field that holds rights, by the kind of right.
fn gifts(principal: &Principal<'_>) -> Vec<TokenStream> {
    let Principal { authgate, role, tenant_role, scope, permission, .. } = principal;
    let roles = role.as_ref();
    let fields = [
        ("role", roles.and_then(|roles| roles.everywhere)),
        (
            "tenant",
            tenant_role.as_ref().map(|held| held.field).or_else(|| roles.and_then(|roles| roles.in_tenants)),
        ),
        ("scope", scope.as_ref().map(|scopes| scopes.field)),
        ("permission", permission.as_ref().and_then(|permissions| permissions.field)),
    ];
    let put = |(kind, field): (&str, Option<&Field>)| {
        let Field { ident, ty, .. } = field?;
        Some(quote!(#kind => (&#authgate::testing::derived::Slot::<#ty>::NEW).put(&mut self.#ident, gift)))
    };
    fields.into_iter().filter_map(put).collect()
}
