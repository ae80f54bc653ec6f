use crate::right::{RightSet, kind::Kind};

/// A member of a set of roles, scopes or permissions.
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

    /// `role`, `scope` or `permission`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.word
    }

    /// The name of the enum.
    #[must_use]
    pub const fn set(&self) -> &'static str {
        self.set
    }

    /// Whether the member grants another of the same set.
    pub(crate) const fn grants(&self, other: &Self) -> bool {
        #[expect(clippy::indexing_slicing, reason = "`new` has checked the index")]
        {
            self.closure[self.index] >> other.index & 1 == 1
        }
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

    /// The members that grant it, itself included, in the order of the variants.
    pub fn granted_by(&self) -> impl Iterator<Item = &'static str> + use<> {
        let Self { names, closure, index, .. } = *self;
        let granting = names.iter().zip(closure).filter(move |(_, closure)| *closure >> index & 1 == 1);
        granting.map(|(name, _)| *name)
    }
}
