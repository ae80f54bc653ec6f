//! `#[role(..)]` and `#[scope(..)]`, on the enum and on its variants, as they are written.

use proc_macro2::{Ident, TokenStream};
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Attribute, LitStr, Token, parenthesized, token};

use super::Kind;
use super::case::Case;
use crate::crate_path::CratePath;
use crate::keys;
use crate::mistakes::Mistakes;

#[derive(Default)]
pub(super) struct OnEnum {
    pub(super) authgate: CratePath,
    pub(super) module: Option<Ident>,
    pub(super) case: Case,
}

impl OnEnum {
    pub(super) fn read(kind: Kind, attributes: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut read = Self::default();
        let mut case = None;
        keys::read_attributes(attributes, kind.on_enum(), mistakes, |key, input, _| {
            match key.to_string().as_str() {
                "module" => keys::once(&mut read.module, &key, module(&key, input)?),
                "rename_all" => {
                    let given = Case::read(&keys::string(&key, input, "rename_all = \"kebab-case\"")?)?;
                    keys::once(&mut case, &key, given)
                }
                "crate" => read.authgate.read(&key, input),
                _ => Err(kind.on_enum().unknown(&key)),
            }
        });
        read.case = case.unwrap_or_default();
        read
    }
}

fn module(key: &Ident, input: ParseStream<'_>) -> syn::Result<Ident> {
    let literal = keys::string(key, input, "module = \"role\"")?;
    literal.parse().map_err(|_| {
        let text = format!(
            "{:?} cannot name a module; write an identifier, such as `module = \"role\"`",
            literal.value()
        );
        syn::Error::new(literal.span(), text)
    })
}

#[derive(Default)]
pub(super) struct OnVariant {
    pub(super) name: Option<LitStr>,
    pub(super) implies: Vec<Ident>,
}

impl OnVariant {
    pub(super) fn read(kind: Kind, attributes: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut read = Self::default();
        keys::read_attributes(attributes, kind.on_variant(), mistakes, |key, input, _| {
            match key.to_string().as_str() {
                "name" => keys::once(&mut read.name, &key, keys::string(&key, input, "name = \"admin\"")?),
                "implies" => {
                    read.implies.extend(implied(&key, input)?);
                    Ok(())
                }
                _ => Err(kind.on_variant().unknown(&key)),
            }
        });
        read
    }
}

fn implied(key: &Ident, input: ParseStream<'_>) -> syn::Result<Punctuated<Ident, Token![,]>> {
    let write = "write the variants that this one implies, in parentheses: `implies(Viewer, Editor)`";
    if !input.peek(token::Paren) {
        return Err(syn::Error::new(key.span(), write));
    }
    let content;
    let paren = parenthesized!(content in input);
    if content.is_empty() {
        return Err(syn::Error::new(paren.span.join(), write));
    }
    let text = "a variant's bare name stands here, such as `implies(Viewer)`";
    Punctuated::parse_terminated(&content).map_err(|mistake| {
        // What is left must not be told as well.
        drop(content.parse::<TokenStream>());
        syn::Error::new(mistake.span(), text)
    })
}
