//! One field for each thing, and a thing for each field.

use proc_macro2::{Ident, Span};

use super::attr::{OnField, SetPath};
use super::input::{Field, Input};
use crate::crate_path::CratePath;
use crate::mistakes::Mistakes;

/// A principal that can be emitted.
pub(super) struct Principal<'a> {
    pub(super) authgate: &'a CratePath,
    pub(super) ident: &'a Ident,
    pub(super) id: &'a Field,
    pub(super) role: Option<Held<'a>>,
    pub(super) scope: Option<Held<'a>>,
}

/// The rights of a set, and the field that holds them.
pub(super) struct Held<'a> {
    pub(super) set: &'a SetPath,
    pub(super) field: &'a Field,
}

/// `None` where something is missing, which has then been told.
pub(super) fn check<'a>(input: &'a Input, mistakes: &mut Mistakes) -> Option<Principal<'a>> {
    let Input { ident, attribute, .. } = input;
    let id = one(input, "id", |field| field.id, mistakes);
    if id.is_none() {
        let text = "nothing names this caller: put `#[principal(id)]` on the field that does";
        mistakes.at(ident, text);
    }
    let role =
        held(input, attribute.role.as_ref(), ["role", "roles", "Roles"], |field| field.roles, mistakes);
    let scope =
        held(input, attribute.scope.as_ref(), ["scope", "scopes", "Scopes"], |field| field.scopes, mistakes);
    Some(Principal { authgate: &attribute.authgate, ident, id: id?, role, scope })
}

/// The one field that says it is this.
fn one<'a>(
    input: &'a Input,
    what: &str,
    mark: impl Fn(&OnField) -> Option<Span>,
    mistakes: &mut Mistakes,
) -> Option<&'a Field> {
    let mut marked = input.fields.iter().filter_map(|field| Some((field, mark(&field.attribute)?)));
    let (first, _) = marked.next()?;
    for (_, span) in marked {
        let text = format!("`{}` is `#[principal({what})]` already: leave one of the two", first.ident);
        mistakes.push(syn::Error::new(span, text));
    }
    Some(first)
}

fn held<'a>(
    input: &'a Input,
    set: Option<&'a SetPath>,
    [key, what, ty]: [&str; 3],
    mark: impl Fn(&OnField) -> Option<Span>,
    mistakes: &mut Mistakes,
) -> Option<Held<'a>> {
    let field = one(input, what, &mark, mistakes);
    match (set, field) {
        (Some(set), Some(field)) => return Some(Held { set, field }),
        (Some(set), None) => {
            let text = format!(
                "no field holds these {what}: put `#[principal({what})]` on a field of type `{ty}<..>`"
            );
            mistakes.push(syn::Error::new(set.key.span(), text));
        }
        (None, Some(field)) => {
            let capital = ty.trim_end_matches('s');
            let text = format!(
                "say of which enum these are the {what}: `#[principal({key} = {capital})]` on the struct"
            );
            mistakes
                .push(syn::Error::new(mark(&field.attribute).unwrap_or_else(|| field.ident.span()), text));
        }
        (None, None) => {}
    }
    None
}
