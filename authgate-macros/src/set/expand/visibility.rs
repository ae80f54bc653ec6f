//! Adjusts a visibility for use one module deeper.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::Visibility;

pub(super) fn deeper(visibility: &Visibility) -> TokenStream {
    let Visibility::Restricted(restricted) = visibility else {
        return match visibility {
            Visibility::Inherited => quote!(pub(super)),
            public => public.to_token_stream(),
        };
    };
    let path = &restricted.path;
    let first = path.segments.first().map(|segment| &segment.ident);
    let is = |word: &str| first.is_some_and(|first| first == word);
    if is("self") {
        let rest = path.segments.iter().skip(1);
        if path.segments.len() == 1 { quote!(pub(super)) } else { quote!(pub(in super #(::#rest)*)) }
    } else if is("super") {
        let outer = Ident::new("super", restricted.paren_token.span.join());
        quote!(pub(in #outer::#path))
    } else {
        visibility.to_token_stream()
    }
}
