//! Parses `#[role(..)]`, `#[scope(..)]` and `#[permission(..)]` on the enum and on its variants.

use proc_macro2::{Ident, Span, TokenStream};
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Attribute, LitStr, Path, Token, parenthesized, token};

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
    /// The enum of the permissions that the variants grant or allow.
    pub(super) permissions: Option<Path>,
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
                "permissions" if kind.gives().is_some() => {
                    let path = keys::value(&key, input, "permissions = Permission")?;
                    keys::once(&mut read.permissions, &key, path)
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
            "{:?} is not a valid name of a module: write an identifier, such as `module = \"role\"`",
            literal.value()
        );
        syn::Error::new(literal.span(), text)
    })
}

#[derive(Default)]
pub(super) struct OnVariant {
    pub(super) name: Option<LitStr>,
    pub(super) implies: Vec<Ident>,
    pub(super) gives: Gives,
}

/// The permissions that a variant grants or allows.
#[derive(Default)]
pub(super) struct Gives {
    /// The span of `grants` or `allows`.
    pub(super) key: Option<Span>,
    pub(super) variants: Vec<Ident>,
}

impl OnVariant {
    pub(super) fn read(kind: Kind, attributes: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut read = Self::default();
        keys::read_attributes(attributes, kind.on_variant(), mistakes, |key, input, _| {
            match key.to_string().as_str() {
                "name" => keys::once(&mut read.name, &key, keys::string(&key, input, "name = \"admin\"")?),
                "implies" => {
                    read.implies.extend(variants(&key, input, IMPLIES)?);
                    Ok(())
                }
                gives if Some(gives) == kind.gives() => {
                    read.gives.variants.extend(variants(&key, input, GIVES)?);
                    read.gives.key.get_or_insert(key.span());
                    Ok(())
                }
                _ => Err(kind.on_variant().unknown(&key)),
            }
        });
        read
    }
}

/// A description of the listed variants, and two examples.
type Listed = (&'static str, [&'static str; 2]);

const IMPLIES: Listed = ("the implied variants", ["Viewer", "Editor"]);
const GIVES: Listed = ("the permissions of this variant", ["ReportsRead", "ReportsWrite"]);

fn variants(
    key: &Ident,
    input: ParseStream<'_>,
    (what, [one, other]): Listed,
) -> syn::Result<Punctuated<Ident, Token![,]>> {
    let write = format!("expected {what} in parentheses: `{key}({one}, {other})`");
    if !input.peek(token::Paren) {
        return Err(syn::Error::new(key.span(), write));
    }
    let content;
    let paren = parenthesized!(content in input);
    if content.is_empty() {
        return Err(syn::Error::new(paren.span.join(), write));
    }
    let text = format!("expected the bare name of a variant, such as `{key}({one})`");
    Punctuated::parse_terminated(&content).map_err(|mistake| {
        // Drop the rest, so that syn does not report it as well.
        drop(content.parse::<TokenStream>());
        syn::Error::new(mistake.span(), text)
    })
}
