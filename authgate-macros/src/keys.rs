//! Parses the content of an attribute: `key`, `key = value` and `key(..)`, separated by commas.
//! After an error in one entry, the other entries are still parsed.

use proc_macro2::{Ident, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, LitStr, Meta, Token};

use crate::mistakes::Mistakes;
use crate::nearest::{did_you_mean, list};

/// The keys of an attribute, for error messages.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    /// The name of the attribute, such as `role`.
    pub(crate) attribute: &'static str,
    /// The item that carries the attribute, such as `an enum`.
    pub(crate) place: &'static str,
    pub(crate) keys: &'static [&'static str],
    /// An example of an entry.
    pub(crate) example: &'static str,
}

impl Known {
    pub(crate) fn unknown(&self, key: &Ident) -> syn::Error {
        let Self { attribute, place, keys, .. } = self;
        let (meant, keys) = (did_you_mean(&key.to_string(), keys), list(keys));
        syn::Error::new(
            key.span(),
            format!("unknown key `{key}`{meant} in `#[{attribute}(..)]` on {place}: expected one of {keys}"),
        )
    }

    /// Returns `true` if `||`, `&&` and `!` have an equivalent in the attribute.
    fn is_rule(&self) -> bool {
        self.attribute == "requires"
    }

    fn no_key(&self, input: ParseStream<'_>) -> syn::Error {
        if self.is_rule() && input.peek(Token![!]) {
            return input.error(
                "expected a key: to exclude callers with a right, write `not(role = \"contractor\")`",
            );
        }
        input.error(format_args!("expected a key, such as `{}`", self.example))
    }

    fn comma(&self, input: ParseStream<'_>) -> syn::Result<()> {
        let Err(_) = input.parse::<Token![,]>() else { return Ok(()) };
        let word = |word: &str| input.fork().call(Ident::parse_any).is_ok_and(|next| next == word);
        Err(if self.is_rule() && (input.peek(Token![|]) || word("or")) {
            input.error(
                "expected `,`: if one of several rights is enough, write `any(role = \"admin\", role = \"editor\")`",
            )
        } else if self.is_rule() && (input.peek(Token![&]) || word("and")) {
            input.error("expected `,`: a list of rights requires all of them")
        } else {
            input.error("expected `,`")
        })
    }
}

/// Parses the attributes with this name, one entry at a time.
pub(crate) fn read_attributes(
    attributes: &[Attribute],
    known: Known,
    mistakes: &mut Mistakes,
    mut entry: impl FnMut(Ident, ParseStream<'_>, &mut Mistakes) -> syn::Result<()>,
) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(known.attribute)) {
        let Meta::List(meta) = &attribute.meta else {
            let (name, keys) = (known.attribute, list(known.keys));
            mistakes.at(
                attribute.path(),
                format!("expected `#[{name}(..)]`; its keys on {} are {keys}", known.place),
            );
            continue;
        };
        let result = meta.parse_args_with(|input: ParseStream<'_>| {
            read(input, known, mistakes, &mut entry);
            Ok(())
        });
        mistakes.ok(result);
    }
}

/// Parses entries until the end of the input.
pub(crate) fn read(
    input: ParseStream<'_>,
    known: Known,
    mistakes: &mut Mistakes,
    mut entry: impl FnMut(Ident, ParseStream<'_>, &mut Mistakes) -> syn::Result<()>,
) {
    while !input.is_empty() {
        let result = input
            .call(Ident::parse_any)
            .map_err(|_| known.no_key(input))
            .and_then(|key| entry(key, input, mistakes))
            .and_then(|()| if input.is_empty() { Ok(()) } else { known.comma(input) });
        if mistakes.ok(result).is_none() {
            skip(input);
        }
    }
}

/// Skips to the entry after the next comma.
fn skip(input: ParseStream<'_>) {
    while !input.is_empty() {
        let comma = input.peek(Token![,]);
        // The input is not empty, so a token follows.
        if input.parse::<TokenTree>().is_err() || comma {
            return;
        }
    }
}

/// Parses the value after `key =`.
pub(crate) fn value<T: Parse>(key: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<T> {
    let write = || format!("expected `{example}`");
    if !input.peek(Token![=]) {
        return Err(syn::Error::new(key.span(), write()));
    }
    let equals = input.parse::<Token![=]>()?;
    if input.is_empty() || input.peek(Token![,]) {
        return Err(syn::Error::new_spanned(equals, format!("the value is missing: {}", write())));
    }
    input.parse().map_err(|mistake| syn::Error::new(mistake.span(), write()))
}

/// Parses a string after `key =`.
pub(crate) fn string(key: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<LitStr> {
    let literal: LitStr = value(key, input, example)?;
    if literal.suffix().is_empty() {
        Ok(literal)
    } else {
        Err(syn::Error::new(literal.span(), format!("expected a string without a suffix: `{example}`")))
    }
}

/// Sets a slot, or returns an error if the key was already given.
pub(crate) fn once<T>(slot: &mut Option<T>, key: &Ident, given: T) -> syn::Result<()> {
    if slot.is_some() {
        return Err(syn::Error::new(key.span(), format!("duplicate `{key}`: keep one")));
    }
    *slot = Some(given);
    Ok(())
}
