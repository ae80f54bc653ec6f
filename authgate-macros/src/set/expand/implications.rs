//! Encodes implications as types: one row per member, as a binary tree over the positions.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::set::check::Set;

pub(super) fn expand(set: &Set) -> TokenStream {
    let Set { authgate, ident, rights, .. } = set;
    let bits = rights.len().next_power_of_two().trailing_zeros();
    let implications = rights.iter().enumerate().map(|(at, right)| {
        let (row, path) = (row(authgate, right.closure, 0, bits), path(authgate, at, bits));
        let at = Literal::usize_unsuffixed(at);
        quote! {
            #[automatically_derived]
            impl #authgate::__private::Implication<#authgate::__private::At<#at>> for #ident {
                type Row = #row;
                type Path = #path;
            }
        }
    });
    implications.collect()
}

/// Encodes the members from `first` whose positions differ only in the lowest `bits` bits. If all
/// or none of them are implied, the subtree collapses to one type. Positions after the last member
/// count as not implied.
fn row(authgate: &impl quote::ToTokens, closure: u128, first: u32, bits: u32) -> TokenStream {
    let count = 1u32 << bits;
    let all = u128::MAX >> (u128::BITS - count);
    match closure >> first & all {
        0 => quote!(#authgate::__private::kind::No),
        implied if implied == all => quote!(#authgate::__private::kind::Yes),
        _ => {
            let bits = bits - 1;
            let (zero, one) =
                (row(authgate, closure, first, bits), row(authgate, closure, first + (1 << bits), bits));
            quote!(#authgate::__private::Fork<#zero, #one>)
        }
    }
}

/// Encodes a position as `(One, (Zero, ()))`, highest bit first.
fn path(authgate: &impl quote::ToTokens, at: usize, bits: u32) -> TokenStream {
    (0..bits).fold(quote!(()), |rest, bit| {
        let bit = if at >> bit & 1 == 1 { quote!(One) } else { quote!(Zero) };
        quote!((#authgate::__private::#bit, #rest))
    })
}
