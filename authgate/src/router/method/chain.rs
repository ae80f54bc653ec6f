//! The chained methods of `get(read).put(publish)`.

use axum::routing::MethodFilter;

use super::MethodRouter;
use crate::handler::{Call, Shape, must_be_sound};

impl<S: Clone + Send + Sync + 'static> MethodRouter<S> {
    /// Adds the handler for `CONNECT`.
    ///
    /// # Panics
    ///
    /// Panics, as in axum, if the method already has a handler.
    #[track_caller]
    pub fn connect<H, T>(self, handler: H) -> Self
    where
        H: Shape<T>,
        T: 'static,
        H: Call<T, S>,
    {
        const { must_be_sound::<H, T, S>() };
        self.answer(MethodFilter::CONNECT, handler)
    }

    /// Adds the handler for `DELETE`.
    ///
    /// # Panics
    ///
    /// Panics, as in axum, if the method already has a handler.
    #[track_caller]
    pub fn delete<H, T>(self, handler: H) -> Self
    where
        H: Shape<T>,
        T: 'static,
        H: Call<T, S>,
    {
        const { must_be_sound::<H, T, S>() };
        self.answer(MethodFilter::DELETE, handler)
    }

    /// Adds the handler for `GET`. It also answers `HEAD`, with the same declaration, unless `HEAD`
    /// has a separate handler.
    ///
    /// # Panics
    ///
    /// Panics, as in axum, if the method already has a handler.
    #[track_caller]
    pub fn get<H, T>(self, handler: H) -> Self
    where
        H: Shape<T>,
        T: 'static,
        H: Call<T, S>,
    {
        const { must_be_sound::<H, T, S>() };
        self.answer(MethodFilter::GET, handler)
    }

    /// Adds the handler for `HEAD`.
    ///
    /// # Panics
    ///
    /// Panics, as in axum, if the method already has a handler.
    #[track_caller]
    pub fn head<H, T>(self, handler: H) -> Self
    where
        H: Shape<T>,
        T: 'static,
        H: Call<T, S>,
    {
        const { must_be_sound::<H, T, S>() };
        self.answer(MethodFilter::HEAD, handler)
    }

    /// Adds the handler for `OPTIONS`. Leave CORS preflights, which carry no credentials, to a CORS
    /// layer around the router.
    ///
    /// # Panics
    ///
    /// Panics, as in axum, if the method already has a handler.
    #[track_caller]
    pub fn options<H, T>(self, handler: H) -> Self
    where
        H: Shape<T>,
        T: 'static,
        H: Call<T, S>,
    {
        const { must_be_sound::<H, T, S>() };
        self.answer(MethodFilter::OPTIONS, handler)
    }

    /// Adds the handler for `PATCH`.
    ///
    /// # Panics
    ///
    /// Panics, as in axum, if the method already has a handler.
    #[track_caller]
    pub fn patch<H, T>(self, handler: H) -> Self
    where
        H: Shape<T>,
        T: 'static,
        H: Call<T, S>,
    {
        const { must_be_sound::<H, T, S>() };
        self.answer(MethodFilter::PATCH, handler)
    }

    /// Adds the handler for `POST`.
    ///
    /// # Panics
    ///
    /// Panics, as in axum, if the method already has a handler.
    #[track_caller]
    pub fn post<H, T>(self, handler: H) -> Self
    where
        H: Shape<T>,
        T: 'static,
        H: Call<T, S>,
    {
        const { must_be_sound::<H, T, S>() };
        self.answer(MethodFilter::POST, handler)
    }

    /// Adds the handler for `PUT`.
    ///
    /// # Panics
    ///
    /// Panics, as in axum, if the method already has a handler.
    #[track_caller]
    pub fn put<H, T>(self, handler: H) -> Self
    where
        H: Shape<T>,
        T: 'static,
        H: Call<T, S>,
    {
        const { must_be_sound::<H, T, S>() };
        self.answer(MethodFilter::PUT, handler)
    }

    /// Adds the handler for `TRACE`.
    ///
    /// # Panics
    ///
    /// Panics, as in axum, if the method already has a handler.
    #[track_caller]
    pub fn trace<H, T>(self, handler: H) -> Self
    where
        H: Shape<T>,
        T: 'static,
        H: Call<T, S>,
    {
        const { must_be_sound::<H, T, S>() };
        self.answer(MethodFilter::TRACE, handler)
    }
}
