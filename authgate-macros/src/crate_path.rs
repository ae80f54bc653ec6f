//! The path to authgate in generated code: `::authgate`, or the value of `crate = ..`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Path;
use syn::parse::ParseStream;

use crate::keys;

#[derive(Clone, Default)]
pub(crate) struct CratePath(Option<Path>);

impl CratePath {
    /// Reads the value of the `crate` key.
    pub(crate) fn read(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        let given = ModStyle::read(key, input)?;
        keys::once(&mut self.0, key, given)
    }

    /// Returns the path with the span `span`, so that compiler errors point there.
    pub(crate) fn at(&self, span: Span) -> TokenStream {
        match &self.0 {
            None => quote_spanned!(span=> ::authgate),
            Some(path) => path.to_token_stream(),
        }
    }

    /// Returns `true` if a path of two segments, such as `authgate::public`, starts with this
    /// crate.
    pub(crate) fn is(&self, first: &Ident) -> bool {
        first == "authgate" || self.0.as_ref().and_then(Path::get_ident).is_some_and(|path| path == first)
    }
}

impl ToTokens for CratePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.0 {
            None => tokens.extend(quote!(::authgate)),
            Some(path) => path.to_tokens(tokens),
        }
    }
}

struct ModStyle(Path);

impl ModStyle {
    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Path> {
        keys::value::<Self>(key, input, "crate = path::to::authgate").map(|path| path.0)
    }
}

impl syn::parse::Parse for ModStyle {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.call(Path::parse_mod_style).map(Self)
    }
}
