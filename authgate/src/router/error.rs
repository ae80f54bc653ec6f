use std::fmt;

/// An error for two routers that cannot be combined.
///
/// # Examples
///
/// ```
/// use authgate::Router;
/// use authgate::routing::RouterError;
///
/// let error = Router::<()>::new().try_nest("/", Router::new()).unwrap_err();
/// assert_eq!(error, RouterError::Prefix { path: "/".into() });
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RouterError {
    /// Both have a fallback, but a request that nothing else matches can have only one handler.
    TwoFallbacks {
        /// The names of the handlers.
        handlers: [&'static str; 2],
    },
    /// Two handlers answer all paths below a path. The access table could not show who may call
    /// them.
    TwoPrefixes {
        /// The path.
        path: String,
    },
    /// A router cannot be nested at this path.
    Prefix {
        /// The path.
        path: String,
    },
}

impl fmt::Display for RouterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TwoFallbacks { handlers: [one, other] } => write!(
                f,
                "both routers have a fallback, `{one}` and `{other}`, but only one can handle a request that no route \
                 matches: remove one (`.reset_fallback()` on a router), or nest one of the routers"
            ),
            Self::TwoPrefixes { path } => write!(
                f,
                "two handlers match all paths below {path:?}, but the access table can show only one of them: move one \
                 to another path; join plain routers first, `ungated({path:?}, \"..\", one.merge(other))`"
            ),
            Self::Prefix { path } => write!(
                f,
                "cannot nest a router at {path:?}: write a path below the root, such as \"/admin\", without a \
                 wildcard; join routers with the same root with `.merge(..)`"
            ),
        }
    }
}

impl std::error::Error for RouterError {}

/// Returns the value of a step in the construction of a router.
///
/// # Panics
///
/// Panics if the step failed.
#[track_caller]
pub(super) fn must<T, E: fmt::Display>(result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        #[expect(clippy::panic, reason = "routers are built once, at start, and axum panics too")]
        Err(error) => panic!("{error}"),
    }
}
