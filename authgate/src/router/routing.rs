//! Handlers by method, as in `axum::routing`: `get(read).put(publish).delete(purge)`.
//!
//! The functions are written out and not by a macro: the compiler quotes them when a handler does not fit.

pub use axum::routing::MethodFilter;

pub use super::method::MethodRouter;
use crate::handler::{Call, Shape, must_be_sound};

/// Answers some methods with a handler.
#[track_caller]
pub fn on<H, T, S>(methods: MethodFilter, handler: H) -> MethodRouter<S>
where
    H: Shape<T>,
    T: 'static,
    H: Call<T, S>,
    S: Clone + Send + Sync + 'static,
{
    const { must_be_sound::<H, T, S>() };
    MethodRouter::new().answer(methods, handler)
}

/// Answers every method with a handler; methods that are added to it have their own.
#[track_caller]
pub fn any<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Shape<T>,
    T: 'static,
    H: Call<T, S>,
    S: Clone + Send + Sync + 'static,
{
    const { must_be_sound::<H, T, S>() };
    MethodRouter::any(handler)
}

/// Answers `CONNECT` with a handler.
#[track_caller]
pub fn connect<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Shape<T>,
    T: 'static,
    H: Call<T, S>,
    S: Clone + Send + Sync + 'static,
{
    const { must_be_sound::<H, T, S>() };
    MethodRouter::new().answer(MethodFilter::CONNECT, handler)
}

/// Answers `DELETE` with a handler.
#[track_caller]
pub fn delete<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Shape<T>,
    T: 'static,
    H: Call<T, S>,
    S: Clone + Send + Sync + 'static,
{
    const { must_be_sound::<H, T, S>() };
    MethodRouter::new().answer(MethodFilter::DELETE, handler)
}

/// Answers `GET` with a handler. It answers `HEAD` by the same rule, unless that has a handler of its own.
#[track_caller]
pub fn get<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Shape<T>,
    T: 'static,
    H: Call<T, S>,
    S: Clone + Send + Sync + 'static,
{
    const { must_be_sound::<H, T, S>() };
    MethodRouter::new().answer(MethodFilter::GET, handler)
}

/// Answers `HEAD` with a handler.
#[track_caller]
pub fn head<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Shape<T>,
    T: 'static,
    H: Call<T, S>,
    S: Clone + Send + Sync + 'static,
{
    const { must_be_sound::<H, T, S>() };
    MethodRouter::new().answer(MethodFilter::HEAD, handler)
}

/// Answers `OPTIONS` with a handler. CORS preflights carry no credentials and are better left to a
/// CORS layer around the router.
#[track_caller]
pub fn options<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Shape<T>,
    T: 'static,
    H: Call<T, S>,
    S: Clone + Send + Sync + 'static,
{
    const { must_be_sound::<H, T, S>() };
    MethodRouter::new().answer(MethodFilter::OPTIONS, handler)
}

/// Answers `PATCH` with a handler.
#[track_caller]
pub fn patch<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Shape<T>,
    T: 'static,
    H: Call<T, S>,
    S: Clone + Send + Sync + 'static,
{
    const { must_be_sound::<H, T, S>() };
    MethodRouter::new().answer(MethodFilter::PATCH, handler)
}

/// Answers `POST` with a handler.
#[track_caller]
pub fn post<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Shape<T>,
    T: 'static,
    H: Call<T, S>,
    S: Clone + Send + Sync + 'static,
{
    const { must_be_sound::<H, T, S>() };
    MethodRouter::new().answer(MethodFilter::POST, handler)
}

/// Answers `PUT` with a handler.
#[track_caller]
pub fn put<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Shape<T>,
    T: 'static,
    H: Call<T, S>,
    S: Clone + Send + Sync + 'static,
{
    const { must_be_sound::<H, T, S>() };
    MethodRouter::new().answer(MethodFilter::PUT, handler)
}

/// Answers `TRACE` with a handler.
#[track_caller]
pub fn trace<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Shape<T>,
    T: 'static,
    H: Call<T, S>,
    S: Clone + Send + Sync + 'static,
{
    const { must_be_sound::<H, T, S>() };
    MethodRouter::new().answer(MethodFilter::TRACE, handler)
}
