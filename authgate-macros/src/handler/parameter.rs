//! What a parameter's type says of who may call, read from its last path segment.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{FnArg, GenericArgument, PathArguments, PathSegment, Token, Type};

use super::Handler;

/// A proof that authgate hands to a handler.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// `Authorized<_>`, to be completed.
    Placeholder,
    /// `Authorized`, without arguments.
    Bare,
    Authorized,
    /// `Granted` with a `_` among its arguments, to be completed.
    GrantedPlaceholder,
    /// `Granted`, without arguments.
    GrantedBare,
    Granted,
    /// What `#[requires]` puts around the others.
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
        "Concealed" | "ConcealedFrom" | "Given" if !segment.arguments.is_none() => Proof::Wrapped,
        "Authenticated" => Proof::Authenticated,
        "Unauthenticated" => Proof::Unauthenticated,
        _ => return None,
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

/// The arguments of a first parameter `Authorized<_>`.
pub(crate) struct Placeholder<'a>(&'a mut syn::AngleBracketedGenericArguments);

pub(crate) fn placeholder(handler: &mut Handler) -> Option<Placeholder<'_>> {
    let FnArg::Typed(first) = handler.signature.inputs.first_mut()? else { return None };
    (proof(&first.ty) == Some(Proof::Placeholder))
        .then(|| arguments(&mut first.ty))
        .flatten()
        .map(Placeholder)
}

pub(super) fn arguments(ty: &mut Type) -> Option<&mut syn::AngleBracketedGenericArguments> {
    match ty {
        Type::Path(ty) => match &mut ty.path.segments.last_mut()?.arguments {
            PathArguments::AngleBracketed(arguments) => Some(arguments),
            _ => None,
        },
        Type::Group(group) => arguments(&mut group.elem),
        Type::Paren(paren) => arguments(&mut paren.elem),
        _ => None,
    }
}

impl Placeholder<'_> {
    /// Whether the principal is written out: `Authorized<_, User>`.
    pub(crate) fn names_principal(&self) -> bool {
        self.0.args.len() > 1
    }

    pub(crate) fn complete(self, right: TokenStream, principal: Option<&Type>) {
        if let Some(argument) = self.0.args.first_mut() {
            *argument = GenericArgument::Type(Type::Verbatim(right));
        }
        if let Some(principal) = principal {
            if !self.0.args.trailing_punct() {
                self.0.args.push_punct(<Token![,]>::default());
            }
            self.0.args.push_value(GenericArgument::Type(Type::Verbatim(principal.to_token_stream())));
        }
    }
}
