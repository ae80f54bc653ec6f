//! Parses the struct of a principal.

use proc_macro2::Ident;
use syn::{Data, DeriveInput, Fields, Type};

use super::attr::{OnField, OnStruct};
use crate::mistakes::Mistakes;

pub(super) struct Input {
    pub(super) ident: Ident,
    pub(super) attribute: OnStruct,
    pub(super) fields: Vec<Field>,
}

pub(super) struct Field {
    pub(super) ident: Ident,
    pub(super) ty: Type,
    pub(super) attribute: OnField,
}

/// Returns `None` for a generic item, or one that is not a struct with named fields.
pub(super) fn read(item: DeriveInput, mistakes: &mut Mistakes) -> Option<Input> {
    let attribute = OnStruct::read(&item.attrs, mistakes);
    let data = match item.data {
        Data::Struct(data) => data,
        Data::Enum(data) => {
            let text = "a principal must be a struct: for several kinds of caller, write a struct and a gate for each";
            mistakes.at(data.enum_token, text);
            return None;
        }
        Data::Union(data) => {
            mistakes.at(data.union_token, "a principal must be a struct with named fields: write `struct`");
            return None;
        }
    };
    if !item.generics.params.is_empty() {
        let text = "a principal cannot have generic parameters, because a right belongs to one type: write a plain struct";
        mistakes.at(&item.generics, text);
        return None;
    }
    let Fields::Named(named) = data.fields else {
        let text = "a principal must have named fields: write `{ #[principal(id)] id: .., }`";
        match &data.fields {
            Fields::Unit => mistakes.at(&item.ident, text),
            fields => mistakes.at(fields, text),
        }
        return None;
    };
    let fields = named.named.into_iter().filter_map(|field| {
        let attribute = OnField::read(&field.attrs, mistakes);
        field.ident.map(|ident| Field { ident, ty: field.ty, attribute })
    });
    Some(Input { fields: fields.collect(), ident: item.ident, attribute })
}
