use std::fmt;

use crate::right::{RightSet, kind::Kind};

/// A right as data: what the access table shows and what decides which right implies which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expression {
    /// A member of a set: a role or a scope.
    Held(Held),
    /// A credential of the scheme of this name.
    Scheme(&'static str),
    /// All of the parts.
    All(&'static [&'static Self]),
}

/// A member of a set of roles or scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    word: &'static str,
    set: &'static str,
    names: &'static [&'static str],
    closure: &'static [u128],
    index: usize,
}

impl Held {
    pub(crate) const fn new<S: RightSet>(index: usize) -> Self {
        assert!(index < S::NAMES.len(), "this marker's index is not in its set: let the derive write it");
        Self { word: S::Kind::WORD, set: S::NAME, names: S::NAMES, closure: S::CLOSURE, index }
    }

    /// `role` or `scope`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.word
    }

    /// The name of the enum.
    #[must_use]
    pub const fn set(&self) -> &'static str {
        self.set
    }

    /// The member's name, as tokens carry it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        #[expect(clippy::indexing_slicing, reason = "`new` has checked the index")]
        self.names[self.index]
    }

    /// What the member implies, itself not included, in the order of the variants.
    pub fn implied(&self) -> impl Iterator<Item = &'static str> + use<> {
        let (index, closure) = (self.index, self.closure.get(self.index).copied().unwrap_or(0));
        let names = self.names.iter().enumerate();
        names.filter(move |(other, _)| *other != index && closure >> other & 1 == 1).map(|(_, name)| *name)
    }
}

impl Expression {
    /// The members that the expression names, of a kind: `held("scope")` for the scopes of an operation.
    #[must_use]
    pub fn held<'a>(&'a self, kind: &'a str) -> Box<dyn Iterator<Item = Held> + 'a> {
        match self {
            Self::Held(held) => Box::new(Some(*held).into_iter().filter(move |held| held.kind() == kind)),
            Self::Scheme(_) => Box::new(std::iter::empty()),
            Self::All(parts) => Box::new(parts.iter().flat_map(move |part| part.held(kind))),
        }
    }

    /// Whether it asks for a scheme anywhere.
    pub(crate) const fn names_a_scheme(&self) -> bool {
        match self {
            Self::Held(_) => false,
            Self::Scheme(_) => true,
            Self::All(parts) => {
                let mut rest: &[&Self] = parts;
                while let [part, others @ ..] = rest {
                    if part.names_a_scheme() {
                        return true;
                    }
                    rest = others;
                }
                false
            }
        }
    }

    /// Whether somebody whose credential is of this scheme can have it, if he has all the rest.
    pub(crate) fn can_be_had_by(&self, scheme: &str) -> bool {
        match self {
            Self::Held(_) => true,
            Self::Scheme(name) => name.eq_ignore_ascii_case(scheme),
            Self::All(parts) => parts.iter().all(|part| part.can_be_had_by(scheme)),
        }
    }
}

/// In the grammar of the access lock: `role:editor & scope:reports:write`.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held(held) => write!(f, "{}:{}", held.kind(), held.name()),
            Self::Scheme(name) => write!(f, "scheme:{name}"),
            Self::All(parts) => {
                for (position, part) in parts.iter().enumerate() {
                    if position > 0 {
                        f.write_str(" & ")?;
                    }
                    match part {
                        Self::Held(_) | Self::Scheme(_) => write!(f, "{part}")?,
                        Self::All(_) => write!(f, "({part})")?,
                    }
                }
                Ok(())
            }
        }
    }
}
