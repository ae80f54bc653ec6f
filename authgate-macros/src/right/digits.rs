//! Encodes the name of a requirement as a type of base-4 digits, by which the compiler
//! distinguishes requirements.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

/// The number of digits, 32 bits in total. If two names have the same digits, the compiler cannot
/// decide whether one requirement implies the other, and reports it.
const DIGITS: u32 = 16;

/// Encodes a name as `(D3, (D0, .. ()))`.
pub(super) fn digits(authgate: &impl ToTokens, name: &str) -> TokenStream {
    let hash = fnv_1a(name.as_bytes());
    (0..DIGITS).fold(quote!(()), |rest, at| {
        let digit = match hash >> (2 * at) & 3 {
            0 => "D0",
            1 => "D1",
            2 => "D2",
            _ => "D3",
        };
        let digit = Ident::new(digit, Span::call_site());
        quote!((#authgate::__private::kind::#digit, #rest))
    })
}

/// Returns the 64-bit FNV-1a hash, folded to 32 bits.
fn fnv_1a(bytes: &[u8]) -> u64 {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_match_fnv_1a_vectors_and_differ_per_name() {
        // The test vectors of the FNV draft for "" and "a", before folding.
        let folded = |hash: u64| hash ^ (hash >> 32);
        assert_eq!(fnv_1a(b""), folded(0xcbf2_9ce4_8422_2325));
        assert_eq!(fnv_1a(b"a"), folded(0xaf63_dc4c_8601_ec8c));
        let of = |name| digits(&quote!(ag), name).to_string();
        assert_ne!(of("Active"), of("Activf"));
        assert_eq!(of("Active").matches(":: D").count(), 16);
    }
}
