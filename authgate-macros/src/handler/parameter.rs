//! Recognizes a proof in the type of a parameter, by the last path segment.

use proc_macro2::Ident;
use syn::{GenericArgument, PathArguments, PathSegment, Type};

/// A proof that authgate passes to a handler.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// `Authorized<_>`, which the macro completes.
    Placeholder,
    /// `Authorized` without arguments.
    Bare,
    Authorized,
    /// `Granted` with a `_` among its arguments, which the macro completes.
    GrantedPlaceholder,
    /// `Granted` without arguments.
    GrantedBare,
    Granted,
    /// A wrapper that `#[requires]` adds around another proof.
    Wrapped,
    Authenticated,
    Unauthenticated,
}

pub(super) fn proof(ty: &Type) -> Option<Proof> {
    let segment = last_segment(ty)?;
    Some(match segment.ident.to_string().as_str() {
        "Authorized" => match &segment.arguments {
            PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
                Some(GenericArgument::Type(ty)) if is_placeholder(ty) => Proof::Placeholder,
                _ => Proof::Authorized,
            },
            _ => Proof::Bare,
        },
        "Granted" => match &segment.arguments {
            PathArguments::AngleBracketed(arguments) => {
                let open = |argument: &GenericArgument| matches!(argument, GenericArgument::Type(ty) if is_placeholder(ty));
                if arguments.args.iter().any(open) { Proof::GrantedPlaceholder } else { Proof::Granted }
            }
            _ => Proof::GrantedBare,
        },
        "Concealed" | "ConcealedUnless" | "With" if !segment.arguments.is_none() => Proof::Wrapped,
        "Authenticated" => Proof::Authenticated,
        "Unauthenticated" => Proof::Unauthenticated,
        _ => return None,
    })
}

/// Returns the name of a proof with a `_` inside of another type: `Authorized` for
/// `Option<Authorized<_>>`.
pub(super) fn inner_placeholder(ty: &Type) -> Option<&Ident> {
    let PathArguments::AngleBracketed(arguments) = &last_segment(ty)?.arguments else { return None };
    arguments.args.iter().find_map(|argument| {
        let GenericArgument::Type(ty) = argument else { return None };
        match proof(ty) {
            Some(Proof::Placeholder | Proof::GrantedPlaceholder) => Some(&last_segment(ty)?.ident),
            _ => inner_placeholder(ty),
        }
    })
}

pub(super) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(ty) => ty.path.segments.last(),
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        _ => None,
    }
}

pub(super) fn is_placeholder(ty: &Type) -> bool {
    match ty {
        Type::Infer(_) => true,
        Type::Group(group) => is_placeholder(&group.elem),
        Type::Paren(paren) => is_placeholder(&paren.elem),
        _ => false,
    }
}
