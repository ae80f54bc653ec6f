//! The parameters that follow the declaration.

use std::any::{TypeId, type_name};

use axum::extract::{FromRequest, FromRequestParts};

use super::public::Public;

/// A parameter before the last one, with a better error than that of axum.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter before the last one",
    label = "a parameter has the type `{Self}`",
    note = "the last parameter may read the body: move `Json`, `Form`, `String`, `Bytes` or `Request` to the end",
    note = "`State<T>` needs a state with a part `T`: `#[derive(axum::extract::FromRef)]` on it, or `State<Arc<App>>` for a \
            `Router<Arc<App>>`; `Path<T>` and `Query<T>` need `T: serde::Deserialize`; a custom type needs \
            `axum::extract::FromRequestParts`"
)]
pub trait HeadParameter<S>: FromRequestParts<S> {}

#[diagnostic::do_not_recommend]
impl<T: FromRequestParts<S>, S> HeadParameter<S> for T {}

/// The last parameter, with a better error than that of axum.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the last parameter of a handler",
    label = "the last parameter has the type `{Self}`",
    note = "`Json<T>`, `Form<T>`, `Path<T>` and `Query<T>` need `T: serde::Deserialize`; `State<T>` needs a state with a \
            part `T`: `#[derive(axum::extract::FromRef)]` on it, or `State<Arc<App>>` for a `Router<Arc<App>>`; a custom \
            type needs `axum::extract::FromRequestParts` or `FromRequest`"
)]
pub trait LastParameter<S, M>: FromRequest<S, M> {}

#[diagnostic::do_not_recommend]
impl<T: FromRequest<S, M>, S, M> LastParameter<S, M> for T {}

/// Returns `true` if the extractor may ask for the caller. Those of axum and http never do, except
/// for a whole request, from which the handler may extract. A name in another form only costs the
/// allocations of remembering the caller.
pub(super) fn may_ask<T>() -> bool {
    let name = type_name::<T>();
    let others = [
        "axum::",
        "bytes::",
        "alloc::",
        "http::method::",
        "http::uri::",
        "http::header::",
        "http::version::",
    ];
    !others.iter().any(|other| name.starts_with(other))
}

/// Returns axum's marker for extraction from the request head alone. The marker has no public name.
pub(super) fn via_parts() -> TypeId {
    fn marker<M: 'static>() -> TypeId
    where
        Public<()>: FromRequest<(), M>,
    {
        TypeId::of::<M>()
    }
    marker()
}
