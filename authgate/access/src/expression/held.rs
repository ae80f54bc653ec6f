#[cfg(feature = "documents")]
use crate::SetOfRights;
use crate::TypeName;
use crate::const_text::same_text;

/// A member of a set of roles, scopes or permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    word: &'static str,
    set: &'static str,
    of_type: TypeName,
    names: &'static [&'static str],
    closure: &'static [u128],
    index: usize,
}

impl Held {
    /// Creates the member at a position of a set.
    ///
    /// # Panics
    ///
    /// Panics if the set has no such member.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        word: &'static str,
        set: &'static str,
        of_type: TypeName,
        names: &'static [&'static str],
        closure: &'static [u128],
        index: usize,
    ) -> Self {
        assert!(index < names.len(), "this marker's index is not in its set: let the derive write it");
        Self { word, set, of_type, names, closure, index }
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

    /// The enum, with its modules.
    #[must_use]
    pub const fn set_type(&self) -> TypeName {
        self.of_type
    }

    /// The set as data, without what its members grant.
    #[cfg(feature = "documents")]
    pub(crate) const fn members(&self) -> SetOfRights {
        SetOfRights::plain(self.word, self.of_type, self.names, self.closure)
    }

    /// Whether it is a member of the same set, as far as it can be seen: two enums may have one name.
    const fn is_beside(&self, other: &Self) -> bool {
        same_text(self.word, other.word)
            && same_text(self.set, other.set)
            && same_names(self.names, other.names)
            && same_members(self.closure, other.closure)
    }

    /// Whether the member grants another, which is one of the same set.
    pub(crate) const fn grants(&self, other: &Self) -> bool {
        #[expect(clippy::indexing_slicing, reason = "`new` has checked the index")]
        {
            self.is_beside(other) && self.closure[self.index] >> other.index & 1 == 1
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

const fn same_names(mut one: &[&str], mut other: &[&str]) -> bool {
    while let ([first, rest @ ..], [their_first, their_rest @ ..]) = (one, other) {
        if !same_text(first, their_first) {
            return false;
        }
        (one, other) = (rest, their_rest);
    }
    one.is_empty() && other.is_empty()
}

const fn same_members(mut one: &[u128], mut other: &[u128]) -> bool {
    while let ([first, rest @ ..], [their_first, their_rest @ ..]) = (one, other) {
        if *first != *their_first {
            return false;
        }
        (one, other) = (rest, their_rest);
    }
    one.is_empty() && other.is_empty()
}
