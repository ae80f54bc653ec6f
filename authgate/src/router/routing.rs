//! Handlers by method, as in `axum::routing`: `get(read).put(publish).delete(purge)`.

pub use axum::routing::MethodFilter;

pub use super::method::MethodRouter;
use crate::handler::{Call, Declares};

/// Answers some methods with a handler.
#[track_caller]
pub fn on<H, T, S>(methods: MethodFilter, handler: H) -> MethodRouter<S>
where
    H: Call<T, S>,
    T: Declares + 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRouter::new().on(methods, handler)
}

/// Answers every method with a handler; methods that are added to it have their own.
#[track_caller]
pub fn any<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Call<T, S>,
    T: Declares + 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRouter::any(handler)
}

macro_rules! methods {
    ($($name:ident $filter:ident $more:literal;)*) => {
        $(
            #[doc = concat!("Answers `", stringify!($filter), "` with a handler.", $more)]
            #[track_caller]
            pub fn $name<H, T, S>(handler: H) -> MethodRouter<S>
            where
                H: Call<T, S>,
                T: Declares + 'static,
                S: Clone + Send + Sync + 'static,
            {
                MethodRouter::new().$name(handler)
            }
        )*

        impl<S: Clone + Send + Sync + 'static> MethodRouter<S> {
            $(
                #[doc = concat!("Adds the handler for `", stringify!($filter), "`.", $more)]
                ///
                /// # Panics
                ///
                /// As axum's: the method has a handler already.
                #[track_caller]
                pub fn $name<H, T>(self, handler: H) -> Self
                where
                    H: Call<T, S>,
                    T: Declares + 'static,
                {
                    self.on(MethodFilter::$filter, handler)
                }
            )*
        }
    };
}

methods! {
    connect CONNECT "";
    delete DELETE "";
    get GET " It answers `HEAD` by the same rule, unless that has a handler of its own.";
    head HEAD "";
    options OPTIONS " CORS preflights carry no credentials and are better left to a CORS layer around the router.";
    patch PATCH "";
    post POST "";
    put PUT "";
    trace TRACE "";
}
