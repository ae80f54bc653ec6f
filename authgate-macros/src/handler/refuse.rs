//! Rejects functions that cannot be handlers.

use quote::ToTokens;
use syn::{Attribute, FnArg, PatType};

use super::parameter::{Proof, proof};
use super::{Asks, Handler, Macro, asyncness};
use crate::crate_path::CratePath;
use crate::mistakes::Mistakes;

/// Reports every error in the attributes and the signature. Removes a second `#[requires]` or
/// `#[public]`, which would report the same errors again.
pub(crate) fn check(
    attribute: Macro,
    asks: Asks,
    handler: &mut Handler,
    authgate: &CratePath,
    mistakes: &mut Mistakes,
) {
    handler.attributes.retain(|other| match ours(other, authgate) {
        Some(other_macro) => {
            mistakes.at(other.path(), twice(attribute, other_macro));
            false
        }
        None => true,
    });
    for (at, input) in handler.signature.inputs.iter().enumerate() {
        match input {
            FnArg::Receiver(receiver) => {
                let text = "a handler takes no `self`, since a route has none to give: take what it needs as `State(..)`";
                mistakes.at(receiver, text);
            }
            FnArg::Typed(parameter) => check_parameter((attribute, asks), at == 0, parameter, mistakes),
        }
    }
    if let Some(mistake) = asyncness::refused(&handler.signature) {
        mistakes.push(mistake);
    }
}

/// Returns the macro if `attribute` is `#[requires]` or `#[public]`. An attribute with the path of
/// another crate is not.
fn ours(attribute: &Attribute, authgate: &CratePath) -> Option<Macro> {
    let segments = &attribute.path().segments;
    let last = segments.last()?;
    let first = segments.first()?;
    if segments.len() > 2 || (segments.len() == 2 && !authgate.is(&first.ident)) {
        return None;
    }
    [Macro::Requires, Macro::Public].into_iter().find(|known| last.ident == known.name())
}

const fn twice(attribute: Macro, other: Macro) -> &'static str {
    match (attribute, other) {
        (Macro::Requires, Macro::Requires) => {
            "`#[requires]` stands here twice: write all rights in one, `#[requires(role = \"..\", scope = \"..\")]`"
        }
        (Macro::Public, Macro::Public) => "`#[public]` stands here twice: leave one",
        _ => "`#[public]` lets everybody call and `#[requires]` does not: leave one of the two",
    }
}

fn check_parameter(
    (attribute, asks): (Macro, Asks),
    first: bool,
    parameter: &PatType,
    mistakes: &mut Mistakes,
) {
    let Some(found) = proof(&parameter.ty) else { return };
    let text = match attribute {
        Macro::Requires => beside_requires(asks, found, first),
        Macro::Public => beside_public(found),
    };
    if let Some(text) = text {
        mistakes.at(parameter.ty.to_token_stream(), text);
        return;
    }
    let is_conditional =
        |attribute: &&Attribute| ["cfg", "cfg_attr"].iter().any(|name| attribute.path().is_ident(name));
    if let Some(condition) = parameter.attrs.iter().find(is_conditional).filter(|_| first) {
        mistakes.at(
            condition,
            "the parameter that declares who may call cannot be conditional: put this on the function",
        );
    }
}

const fn beside_requires(asks: Asks, found: Proof, first: bool) -> Option<&'static str> {
    Some(match found {
        Proof::GrantedPlaceholder | Proof::Granted if first && matches!(asks, Asks::Thing) => return None,
        Proof::Placeholder | Proof::Bare | Proof::Authorized if first && matches!(asks, Asks::Thing) => {
            "the rule is over a thing: write `Granted<_, _>` as the first parameter, which owns it and derefs to it"
        }
        Proof::GrantedBare if matches!(asks, Asks::Thing) => {
            "write `Granted<_, _>`: `#[requires]` completes what is `_`"
        }
        Proof::GrantedPlaceholder | Proof::GrantedBare | Proof::Granted if matches!(asks, Asks::Right) => {
            "`#[requires]` says nothing of a thing here: write what this is over, `policy = CanEdit, on = Report`, or leave \
             `#[requires]` out"
        }
        Proof::GrantedPlaceholder | Proof::GrantedBare | Proof::Granted => {
            "the thing is checked before every other extractor: put this first"
        }
        Proof::Wrapped if first => {
            "`#[requires]` writes this itself: write what is inside of it alone, or leave `#[requires]` out"
        }
        Proof::Wrapped => return None,
        Proof::Placeholder if first => return None,
        Proof::Placeholder => {
            "`#[requires]` completes `Authorized<_>` as the first parameter only, since the check comes before every \
             other extractor: put it first"
        }
        Proof::Bare => "write `Authorized<_>`: `#[requires]` completes the `_`",
        Proof::Authorized => {
            "the rule stands in `#[requires]` and here as well: write `Authorized<_>` as the first parameter, or leave \
             `#[requires]` out"
        }
        Proof::Authenticated => {
            "`#[requires]` declares who may call: take `Authorized<_>` as the first parameter instead, it derefs to the \
             principal too"
        }
        Proof::Unauthenticated => {
            "`#[requires]` lets no unauthenticated caller in: take `Authorized<_>` as the first parameter, or leave this out"
        }
    })
}

const fn beside_public(found: Proof) -> Option<&'static str> {
    Some(match found {
        Proof::Placeholder
        | Proof::Bare
        | Proof::Authorized
        | Proof::GrantedPlaceholder
        | Proof::GrantedBare
        | Proof::Granted
        | Proof::Wrapped => {
            "a public handler asks nobody: leave `#[public]` out, or take this parameter away"
        }
        Proof::Authenticated => {
            "a public handler asks nobody: leave `#[public]` out, or take `Option<Authenticated<..>>`, which is `None` \
             for a caller without credentials"
        }
        Proof::Unauthenticated => return None,
    })
}
