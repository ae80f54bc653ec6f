use std::fmt;

/// Why two routers do not go together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RouterError {
    /// Both have a fallback, and a request that nothing else takes can have only one answer.
    TwoFallbacks {
        /// The names of the handlers.
        handlers: [&'static str; 2],
    },
    /// Two things answer whatever is below a path, and nobody could tell from the access table who may call it.
    TwoPrefixes {
        /// The path.
        path: String,
    },
    /// The path is no place to nest something at.
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
                "both have a fallback, `{one}` and `{other}`, and a request that nothing else takes can have only one \
                 answer: take one away (`.reset_fallback()` on a router), or nest one of the routers under a path of \
                 its own"
            ),
            Self::TwoPrefixes { path } => write!(
                f,
                "two things answer whatever is below {path:?}, and the access table can say of one alone who may call it: put \
                 one under a path of its own; plain routers are joined before, `ungated({path:?}, \"..\", one.merge(other))`"
            ),
            Self::Prefix { path } => write!(
                f,
                "nothing can be nested at {path:?}: name a path below the root, such as \"/admin\", without a wildcard; \
                 routers that share a root are joined with `.merge(..)`"
            ),
        }
    }
}

impl std::error::Error for RouterError {}
