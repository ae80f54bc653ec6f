//! Properties of the parameters that follow the declaration, by their types.

use std::any::{TypeId, type_name};

use axum::extract::FromRequest;

use super::public::Public;

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
