//! Parses the enum of a set of rights.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, Variant, Visibility};

use super::Kind;
use super::attr::{OnEnum, OnVariant};
use super::case::Case;
use crate::mistakes::Mistakes;

/// The maximum number of members, as in the bit sets.
const MOST: usize = 128;

pub(super) struct Input {
    pub(super) kind: Kind,
    pub(super) ident: Ident,
    pub(super) visibility: Visibility,
    pub(super) attribute: OnEnum,
    pub(super) members: Vec<Member>,
    /// The number of variants. The members may be only the first of them.
    pub(super) variants: usize,
}

pub(super) struct Member {
    pub(super) ident: Ident,
    /// `true` for a unit variant, as required.
    pub(super) unit: bool,
    pub(super) attribute: OnVariant,
}

/// Returns `None` for an item that is not an enum, or is generic.
pub(super) fn read(kind: Kind, item: DeriveInput, mistakes: &mut Mistakes) -> Option<Input> {
    let word = kind.word();
    let attribute = OnEnum::read(kind, &item.attrs, mistakes);
    let variants = match item.data {
        Data::Enum(data) => data.variants,
        Data::Struct(data) => {
            mistakes.at(data.struct_token, not_an_enum(kind));
            return None;
        }
        Data::Union(data) => {
            mistakes.at(data.union_token, not_an_enum(kind));
            return None;
        }
    };
    if !item.generics.params.is_empty() {
        let text = format!(
            "a set of {word}s cannot have generic parameters: write each {word} as a unit variant of a plain enum"
        );
        mistakes.at(&item.generics, text);
        return None;
    }
    if variants.is_empty() {
        mistakes.at(
            &item.ident,
            format!("the enum has no {word}s: write at least one unit variant, such as `Admin`"),
        );
    }
    let members = variants.iter().enumerate().filter_map(|(at, variant)| {
        check(kind, at, variant, mistakes);
        (at < MOST).then(|| Member {
            ident: variant.ident.clone(),
            unit: matches!(variant.fields, Fields::Unit),
            attribute: OnVariant::read(kind, &variant.attrs, mistakes),
        })
    });
    Some(Input {
        kind,
        members: members.collect(),
        variants: variants.len(),
        ident: item.ident,
        visibility: item.vis,
        attribute,
    })
}

fn not_an_enum(kind: Kind) -> String {
    format!(
        "{}s must be the variants of an enum: write `enum` with a unit variant for each {}",
        kind.word(),
        kind.word()
    )
}

fn check(kind: Kind, at: usize, variant: &Variant, mistakes: &mut Mistakes) {
    let word = kind.word();
    if at == MOST {
        let text = format!(
            "{word} {} is too many, because a set has at most {MOST}: move it and those after it to another enum",
            at + 1
        );
        mistakes.at(&variant.ident, text);
    }
    if !matches!(variant.fields, Fields::Unit) {
        let text = format!("a {word} cannot have fields: write `{},`", variant.ident);
        mistakes.push(syn::Error::new(variant.fields.span(), text));
    }
    if let Some((_, discriminant)) = &variant.discriminant {
        let text = format!(
            "a {word} cannot have a discriminant, because its position is its bit: write `{},`",
            variant.ident
        );
        mistakes.at(discriminant, text);
    }
}

impl Member {
    /// Returns the name that tokens carry if no name is given.
    pub(super) fn default_name(&self, case: Case) -> String {
        case.apply(&self.ident.unraw().to_string())
    }
}
