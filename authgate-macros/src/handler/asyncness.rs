//! Checks that a handler returns a future, by its signature where possible and by a compiler check
//! otherwise.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::{ReturnType, Signature, Type, TypeParamBound};

use super::parameter::last_segment;
use crate::crate_path::CratePath;

/// Names of return types that are not futures. The list only improves the error message.
const ANSWERS: [&str; 24] = [
    "String",
    "str",
    "bool",
    "u8",
    "u16",
    "u32",
    "u64",
    "usize",
    "i32",
    "i64",
    "f64",
    "Result",
    "Option",
    "Vec",
    "Cow",
    "Bytes",
    "Body",
    "Html",
    "Json",
    "Redirect",
    "Response",
    "Sse",
    "StatusCode",
    "Form",
];

const WRITE: &str = "a handler must be `async` or return a future: write `async fn`";

/// Returns an error if the signature shows that the handler does not return a future.
pub(super) fn refused(signature: &Signature) -> Option<syn::Error> {
    if signature.asyncness.is_some() {
        return None;
    }
    match &signature.output {
        ReturnType::Default => Some(syn::Error::new(signature.fn_token.span(), WRITE)),
        ReturnType::Type(_, ty) => (!maybe_future(ty)).then(|| syn::Error::new_spanned(ty, WRITE)),
    }
}

fn maybe_future(ty: &Type) -> bool {
    match ty {
        Type::Group(group) => maybe_future(&group.elem),
        Type::Paren(paren) => maybe_future(&paren.elem),
        Type::Path(_) => {
            last_segment(ty).is_some_and(|last| ANSWERS.iter().all(|answer| last.ident != answer))
        }
        Type::ImplTrait(bounds) => bounds.bounds.iter().any(|bound| match bound {
            TypeParamBound::Trait(bound) => {
                bound.path.segments.last().is_some_and(|last| last.ident.to_string().ends_with("Future"))
            }
            _ => false,
        }),
        Type::Macro(_) | Type::Verbatim(_) => true,
        _ => false,
    }
}

/// Adds an assertion to the body that the return type is a future, unless the signature shows it.
pub(crate) fn asserted(signature: &Signature, body: TokenStream, authgate: &CratePath) -> TokenStream {
    let ReturnType::Type(_, ty) = &signature.output else { return body };
    // `impl Trait` is not allowed as a generic argument.
    let skip = signature.asyncness.is_some()
        || !matches!(**ty, Type::Path(_))
        || super::fallback::has_impl(quote::ToTokens::to_token_stream(ty));
    if skip {
        return body;
    }
    let authgate = authgate.at(ty.span());
    let assertion = quote_spanned!(ty.span()=> #authgate::__private::answers::<#ty>(););
    super::starting_with(assertion, &body).unwrap_or(body)
}
