use std::fmt;

/// Why two routers do not go together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RouterError {
    /// Both have a fallback, and a path that no route matches can have only one answer.
    TwoFallbacks {
        /// The names of the handlers.
        handlers: [&'static str; 2],
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
                "both routers have a fallback, `{one}` and `{other}`, and a path that no route matches can have only \
                 one answer: take one away with `.reset_fallback()`, or nest one of the routers under a path of its own"
            ),
            Self::Prefix { path } => write!(
                f,
                "nothing can be nested at {path:?}: name a path below the root, such as \"/admin\", without a wildcard \
                 and without a slash at its end; routers that share a root are joined with `.merge(..)`"
            ),
        }
    }
}

impl std::error::Error for RouterError {}
