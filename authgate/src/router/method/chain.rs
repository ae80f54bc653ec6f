//! `get(read).put(publish)`: the methods that chain.

use axum::routing::MethodFilter;

use super::MethodRouter;
use crate::handler::{Call, Shape, must_be_sound};

impl<S: Clone + Send + Sync + 'static> MethodRouter<S> {
    /// Adds the handler for `CONNECT`.
    ///
    /// # Panics
    ///
    /// As axum's: the method has a handler already.
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
    /// As axum's: the method has a handler already.
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

    /// Adds the handler for `GET`. It answers `HEAD` by the same rule, unless that has a handler of its own.
    ///
    /// # Panics
    ///
    /// As axum's: the method has a handler already.
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
    /// As axum's: the method has a handler already.
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

    /// Adds the handler for `OPTIONS`. CORS preflights carry no credentials and are better left to a
    /// CORS layer around the router.
    ///
    /// # Panics
    ///
    /// As axum's: the method has a handler already.
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
    /// As axum's: the method has a handler already.
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
    /// As axum's: the method has a handler already.
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
    /// As axum's: the method has a handler already.
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
    /// As axum's: the method has a handler already.
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
