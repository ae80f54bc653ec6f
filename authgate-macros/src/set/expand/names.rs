//! Generates the conversions between a right and its name.

use proc_macro2::TokenStream;
use quote::quote;

use crate::set::check::Set;

pub(super) fn expand(set: &Set) -> TokenStream {
    let Set { authgate, ident, .. } = set;
    let private = quote!(#authgate::__private);
    quote! {
        #[automatically_derived]
        impl ::core::fmt::Display for #ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(#private::name(self))
            }
        }
        #[automatically_derived]
        impl ::core::str::FromStr for #ident {
            type Err = #private::ParseRightError;
            fn from_str(name: &::core::primitive::str) -> ::core::result::Result<Self, #private::ParseRightError> {
                #private::named(name)
            }
        }
        #[automatically_derived]
        impl #private::serde::Serialize for #ident {
            fn serialize<S: #private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                #private::serialize(self, serializer)
            }
        }
        #[automatically_derived]
        impl<'de> #private::serde::Deserialize<'de> for #ident {
            fn deserialize<D: #private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                #private::deserialize(deserializer)
            }
        }
    }
}
