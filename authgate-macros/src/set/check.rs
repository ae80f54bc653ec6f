//! Checks that names are unique and that implications have no cycles.

mod implications;
mod names;

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::{Path, Visibility};

use super::Kind;
use super::attr::{Gives, OnVariant};
use super::case::Case;
use super::input::{Input, Member};
use crate::crate_path::CratePath;
use crate::mistakes::Mistakes;

/// A set that passed all checks.
pub(super) struct Set {
    pub(super) kind: Kind,
    pub(super) authgate: CratePath,
    pub(super) ident: Ident,
    pub(super) visibility: Visibility,
    pub(super) module: Ident,
    pub(super) rights: Vec<Right>,
    /// The enum of the permissions that the variants grant or allow, if given.
    pub(super) permissions: Option<Path>,
    /// `true` if every variant is a valid right.
    pub(super) complete: bool,
}

pub(super) struct Right {
    pub(super) ident: Ident,
    pub(super) unit: bool,
    pub(super) name: String,
    /// The positions of all implied rights including this one, as a bit set.
    pub(super) closure: u128,
    /// The variants in the list `implies(..)`.
    pub(super) implies: Vec<Ident>,
    pub(super) gives: Gives,
}

pub(super) fn check(input: Input, mistakes: &mut Mistakes) -> Set {
    let Input { kind, ident, visibility, attribute, members, variants } = input;
    let names = names::check(kind, attribute.case, &members, mistakes);
    let closures = implications::close(kind, &members, mistakes);
    // The compiler rejects duplicate variants, so keep only the first.
    let idents: Vec<Ident> = members.iter().map(|member| member.ident.clone()).collect();
    let rights = members.into_iter().zip(names).zip(closures).enumerate();
    let rights =
        rights.filter(|(at, ((member, _), _))| !idents.iter().take(*at).any(|first| *first == member.ident));
    let rights: Vec<Right> =
        rights.map(|(_, ((member, name), closure))| right(member, name, closure)).collect();
    Set {
        kind,
        complete: rights.len() == variants,
        rights,
        module: attribute.module.unwrap_or_else(|| module(&ident)),
        authgate: attribute.authgate,
        permissions: attribute.permissions,
        visibility,
        ident,
    }
}

fn right(member: Member, name: String, closure: u128) -> Right {
    let OnVariant { implies, gives, .. } = member.attribute;
    Right { ident: member.ident, unit: member.unit, name, closure, implies, gives }
}

/// Returns the enum name in snake case: `role` for `Role`, `r#type` for `Type`.
fn module(ident: &Ident) -> Ident {
    let name = Case::Snake.apply(&ident.unraw().to_string());
    let plain = |name: &str, span: Span| syn::parse_str::<Ident>(name).map(|_| Ident::new(name, span));
    plain(&name, ident.span()).unwrap_or_else(|_| Ident::new_raw(&name, ident.span()))
}
