//! Rejects functions that cannot be handlers.

use quote::ToTokens;
use syn::{Attribute, FnArg, PatType};

use super::parameter::{Proof, inner_placeholder, proof};
use super::{Handler, Macro, RuleSubject, asyncness};
use crate::crate_path::CratePath;
use crate::mistakes::Mistakes;

/// Reports every error in the attributes and the signature. Removes a second `#[requires]` or
/// `#[public]`, which would report the same errors again.
pub(crate) fn check(
    attribute: Macro,
    asks: RuleSubject,
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
    let mut first = true;
    for input in &handler.signature.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                let text = "a handler cannot take `self`: take its state as `State(..)`";
                mistakes.at(receiver, text);
            }
            FnArg::Typed(parameter) => {
                check_parameter((attribute, asks), std::mem::take(&mut first), parameter, mistakes);
            }
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
            "duplicate `#[requires]`: write all rights in one, `#[requires(role = \"..\", scope = \"..\")]`"
        }
        (Macro::Public, Macro::Public) => "duplicate `#[public]`: remove one",
        _ => "`#[public]` and `#[requires]` contradict each other: remove one of them",
    }
}

fn check_parameter(
    (attribute, asks): (Macro, RuleSubject),
    first: bool,
    parameter: &PatType,
    mistakes: &mut Mistakes,
) {
    if let Some(name) = inner_placeholder(&parameter.ty) {
        let text = format!(
            "`{name}<_>` cannot be inside of another type, because other callers are denied before the handler: write \
             `{name}<_>`; for an optional caller, write `#[public(reason = \"..\")]` and \
             `Option<Authenticated<User>>`"
        );
        mistakes.at(&parameter.ty, text);
        return;
    }
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
            "the parameter that declares access cannot be conditional: put this on the function",
        );
    }
}

const fn beside_requires(asks: RuleSubject, found: Proof, first: bool) -> Option<&'static str> {
    Some(match found {
        Proof::GrantedPlaceholder | Proof::Granted if first && !matches!(asks, RuleSubject::Right) => {
            return None;
        }
        Proof::Placeholder | Proof::Bare | Proof::Authorized
            if first && matches!(asks, RuleSubject::Resource) =>
        {
            "the rule has a resource: write `Granted<_, _>` as the first parameter, which owns the resource and derefs \
             to it"
        }
        Proof::GrantedBare if !matches!(asks, RuleSubject::Right) => {
            "write `Granted<_, _>`: `#[requires]` completes the `_`"
        }
        Proof::GrantedPlaceholder | Proof::GrantedBare | Proof::Granted
            if matches!(asks, RuleSubject::Right) =>
        {
            "the rule has no resource: write `policy = CanEdit, on = Report` in `#[requires]`, or remove \
             `#[requires]`"
        }
        Proof::GrantedPlaceholder | Proof::GrantedBare | Proof::Granted => {
            "the proof of the resource must be the first parameter, because it is checked before other extractors"
        }
        Proof::Wrapped if first => {
            "`#[requires]` adds this wrapper: write the type inside of it, or remove `#[requires]`"
        }
        Proof::Wrapped => return None,
        Proof::Placeholder if first => return None,
        Proof::Placeholder => {
            "`Authorized<_>` must be the first parameter, because it is checked before other extractors"
        }
        Proof::Bare => "write `Authorized<_>`: `#[requires]` completes the `_`",
        Proof::Authorized => {
            "the rule is in `#[requires]` and in the parameter: write `Authorized<_>` as the first parameter, or \
             remove `#[requires]`"
        }
        Proof::Authenticated => {
            "`#[requires]` already declares who may call: write `Authorized<_>` as the first parameter, which also \
             derefs to the principal"
        }
        // A handler that signs in or out needs it: `Sessions::sign_in(&caller, ..)`.
        Proof::Unauthenticated if !first => return None,
        Proof::Unauthenticated => {
            "`#[requires]` denies unauthenticated callers: write `Authorized<_>` as the first parameter, or remove \
             this parameter"
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
            "a public handler does not authenticate callers: remove `#[public]`, or this parameter"
        }
        Proof::Authenticated => {
            "a public handler does not authenticate callers: remove `#[public]`, or take `Option<Authenticated<..>>`, \
             which is `None` without credentials"
        }
        Proof::Unauthenticated => return None,
    })
}
