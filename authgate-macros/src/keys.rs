//! The inside of an attribute: `key`, `key = value` and `key(..)`, separated by commas. A mistake in one is told and
//! the others are still read.

use proc_macro2::{Ident, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, LitStr, Meta, Token};

use crate::mistakes::Mistakes;
use crate::nearest::{did_you_mean, list};

/// What may stand in an attribute, for the text of a mistake.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    /// The attribute, as the user writes it: `role`.
    pub(crate) attribute: &'static str,
    /// Where it stands: `an enum`.
    pub(crate) place: &'static str,
    pub(crate) keys: &'static [&'static str],
    /// One entry, as it may be written.
    pub(crate) example: &'static str,
}

impl Known {
    pub(crate) fn unknown(&self, key: &Ident) -> syn::Error {
        let Self { attribute, place, keys, .. } = self;
        let (meant, keys) = (did_you_mean(&key.to_string(), keys), list(keys));
        syn::Error::new(
            key.span(),
            format!("`#[{attribute}(..)]` on {place} knows no `{key}`{meant}; it knows {keys}"),
        )
    }
}

/// Reads the attributes of that name, one entry at a time.
pub(crate) fn read_attributes(
    attributes: &[Attribute],
    known: Known,
    mistakes: &mut Mistakes,
    mut entry: impl FnMut(Ident, ParseStream<'_>, &mut Mistakes) -> syn::Result<()>,
) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(known.attribute)) {
        let Meta::List(meta) = &attribute.meta else {
            let (name, keys) = (known.attribute, list(known.keys));
            mistakes
                .at(attribute.path(), format!("write `#[{name}(..)]`; on {} it knows {keys}", known.place));
            continue;
        };
        let result = meta.parse_args_with(|input: ParseStream<'_>| {
            read(input, known, mistakes, &mut entry);
            Ok(())
        });
        mistakes.ok(result);
    }
}

/// Reads entries to the end of the input.
pub(crate) fn read(
    input: ParseStream<'_>,
    known: Known,
    mistakes: &mut Mistakes,
    mut entry: impl FnMut(Ident, ParseStream<'_>, &mut Mistakes) -> syn::Result<()>,
) {
    while !input.is_empty() {
        let result = input
            .call(Ident::parse_any)
            .map_err(|_| input.error(format_args!("a key stands here, such as `{}`", known.example)))
            .and_then(|key| entry(key, input, mistakes))
            .and_then(|()| if input.is_empty() { Ok(()) } else { comma(input) });
        if mistakes.ok(result).is_none() {
            skip(input);
        }
    }
}

fn comma(input: ParseStream<'_>) -> syn::Result<()> {
    input.parse::<Token![,]>().map(drop).map_err(|_| input.error("expected `,` before this"))
}

/// Goes on after the next comma.
fn skip(input: ParseStream<'_>) {
    while !input.is_empty() {
        let comma = input.peek(Token![,]);
        // There is a token, for the input is not empty.
        if input.parse::<TokenTree>().is_err() || comma {
            return;
        }
    }
}

/// The value after `key =`.
pub(crate) fn value<T: Parse>(key: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<T> {
    let write = || format!("write `{example}`");
    if !input.peek(Token![=]) {
        return Err(syn::Error::new(key.span(), write()));
    }
    let equals = input.parse::<Token![=]>()?;
    if input.is_empty() || input.peek(Token![,]) {
        return Err(syn::Error::new_spanned(equals, format!("a value is missing after this; {}", write())));
    }
    input.parse().map_err(|mistake| syn::Error::new(mistake.span(), write()))
}

/// A string after `key =`.
pub(crate) fn string(key: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<LitStr> {
    let literal: LitStr = value(key, input, example)?;
    if literal.suffix().is_empty() {
        Ok(literal)
    } else {
        Err(syn::Error::new(literal.span(), format!("a string without a suffix stands here: `{example}`")))
    }
}

/// Sets what may be given once.
pub(crate) fn once<T>(slot: &mut Option<T>, key: &Ident, given: T) -> syn::Result<()> {
    if slot.is_some() {
        return Err(syn::Error::new(key.span(), format!("`{key}` is given twice; keep one")));
    }
    *slot = Some(given);
    Ok(())
}
