//! Looks up the position of a right's name in const evaluation. A misspelt name is a compile error.

use std::marker::PhantomData;

use crate::right::kind::Kind as _;
use crate::right::{OwnedBy, RightSet};
use authgate_access::const_text::{Text, closest, same_text};

/// The members of a set, as `#[requires]` looks them up.
#[derive(Debug)]
pub struct Lookup {
    set: &'static str,
    word: &'static str,
    names: &'static [&'static str],
}

impl Lookup {
    /// Returns the members of a set.
    #[must_use]
    pub const fn of<T: RightSet>() -> Self {
        Self { set: T::NAME, word: T::Kind::WORD, names: T::NAMES }
    }

    /// Returns the position of a name.
    ///
    /// # Panics
    ///
    /// Panics if the set does not have the name. The message lists the names.
    #[must_use]
    #[track_caller] // here and below: removes the frames from the compiler's error
    pub const fn named(&self, name: &str) -> usize {
        match self.position(name) {
            Some(index) => index,
            None => self.unknown(name),
        }
    }

    /// Returns the position of a name, or the first position if it is unknown, which is reported
    /// elsewhere.
    #[must_use]
    pub const fn likely(&self, name: &str) -> usize {
        match self.position(name) {
            Some(index) => index,
            None => 0,
        }
    }

    /// Returns the position of a variant, from its discriminant.
    #[must_use]
    pub const fn variant(&self, discriminant: usize) -> usize {
        // An enum whose discriminants are not the positions has reported an error.
        if discriminant < self.names.len() { discriminant } else { 0 }
    }

    /// Returns `true` if the set has the name.
    #[must_use]
    pub const fn has(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    const fn position(&self, name: &str) -> Option<usize> {
        let mut index = 0;
        while index < self.names.len() {
            #[expect(clippy::indexing_slicing, reason = "const: `index` is below the length")]
            if same_text(self.names[index], name) {
                return Some(index);
            }
            index += 1;
        }
        None
    }

    #[track_caller]
    const fn unknown(&self, name: &str) -> ! {
        let mut text = Text::new();
        text.push("unknown ").push(self.word).push(" of `").push(self.set).push("`: ").quote(name);
        #[expect(clippy::indexing_slicing, reason = "const: `closest` and the loop stay below the length")]
        {
            if let Some(index) = closest(name, self.names) {
                text.push(" (did you mean ").quote(self.names[index]).push("?)");
            }
            text.push("; its ").push(self.word).push("s are ");
            let mut index = 0;
            while index < self.names.len() && index < LISTED {
                if index > 0 {
                    text.push(", ");
                }
                text.quote(self.names[index]);
                index += 1;
            }
        }
        if self.names.len() > LISTED {
            text.push(" and ").number(self.names.len() - LISTED).push(" more");
        }
        text.panic()
    }
}

/// The members of a set that determines the principal of a rule. A set without a principal is an
/// error at the enum, and so a single error for all its rules.
#[derive(Debug)]
pub struct OwnedLookup<T> {
    owned: bool,
    lookup: Lookup,
    set: PhantomData<fn() -> T>,
}

impl<T: RightSet> OwnedLookup<T> {
    /// Returns the members of the set.
    #[must_use]
    pub const fn new(owned: bool) -> Self {
        Self { owned, lookup: Lookup::of::<T>(), set: PhantomData }
    }

    /// Like [`Lookup::named`].
    ///
    /// # Panics
    ///
    /// Panics if the set does not have the name.
    #[must_use]
    #[track_caller]
    pub const fn named(&self, name: &str) -> usize {
        self.check().named(name)
    }

    /// Like [`Lookup::likely`].
    #[must_use]
    pub const fn likely(&self, name: &str) -> usize {
        self.check().likely(name)
    }

    /// Like [`Lookup::variant`].
    #[must_use]
    pub const fn variant(&self, discriminant: usize) -> usize {
        self.check().variant(discriminant)
    }

    const fn check(&self) -> &Lookup {
        if !self.owned {
            unowned::<T>();
        }
        &self.lookup
    }
}

/// A set that the principal `P` names. These constants apply to a type without the derive.
/// `#[derive(Principal)]` reports the type, and evaluating the constants reports nothing further.
/// The derives of the sets put constants of the same names on the enum, which take precedence.
#[allow(non_upper_case_globals, reason = "the names are the error for an enum that no principal names")]
pub trait AuthgateDerive<P> {
    /// Does not compile if the type is not a set.
    const LOOKUP: Lookup;
    /// The roles.
    const this_enum_lacks_derive_authgate_Role: OtherKind = OtherKind::new(Self::LOOKUP, "role");
    /// The roles, which determine the principal.
    const this_enum_needs_derive_authgate_Role: OtherKind = OtherKind::new(Self::LOOKUP, "role");
    /// The scopes.
    const scopes_lack_derive_authgate_Scope_on_this_enum: OtherKind = OtherKind::new(Self::LOOKUP, "scope");
    /// The scopes, which determine the principal.
    const scopes_need_derive_authgate_Scope_on_this_enum: OtherKind = OtherKind::new(Self::LOOKUP, "scope");
    /// The permissions.
    const derive_authgate_Permission_is_missing_on_this_enum: OtherKind =
        OtherKind::new(Self::LOOKUP, "permission");
    /// The permissions, which determine the principal.
    const derive_authgate_Permission_is_what_this_enum_needs: OtherKind =
        OtherKind::new(Self::LOOKUP, "permission");
}

/// A set of the wrong kind, such as scopes in `role = ..`.
#[derive(Debug)]
pub struct OtherKind {
    lookup: Lookup,
    expected: &'static str,
}

impl OtherKind {
    /// Creates the error.
    #[must_use]
    pub const fn new(lookup: Lookup, expected: &'static str) -> Self {
        Self { lookup, expected }
    }

    /// Reports the set.
    ///
    /// # Panics
    ///
    /// Panics always.
    #[must_use]
    #[track_caller]
    pub const fn named(&self, _: &str) -> usize {
        self.report()
    }

    /// Reports the set.
    ///
    /// # Panics
    ///
    /// Panics always.
    #[must_use]
    #[track_caller]
    pub const fn likely(&self, _: &str) -> usize {
        self.report()
    }

    /// Reports the set.
    ///
    /// # Panics
    ///
    /// Panics always.
    #[must_use]
    #[track_caller]
    pub const fn variant(&self, _: usize) -> usize {
        self.report()
    }

    /// Returns `false`.
    #[must_use]
    pub const fn has(&self, _: &str) -> bool {
        false
    }

    #[track_caller]
    const fn report(&self) -> ! {
        let Self { lookup: Lookup { set, word, .. }, expected } = self;
        let mut text = Text::new();
        text.push("expected a set of ")
            .push(expected)
            .push("s, found the ")
            .push(word)
            .push("s of `")
            .push(set);
        text.push("`: write `").push(word).push(" = ..`").panic()
    }
}

/// Finds whether a principal owns a set. Inherent constants take precedence over those of a trait.
#[derive(Debug)]
pub struct Owner<T>(PhantomData<fn() -> T>);

impl<T: OwnedBy> Owner<T> {
    /// A principal owns the set.
    pub const OWNED: bool = true;
}

/// The constant for a set without a principal.
pub trait NoOwner {
    /// No principal owns the set.
    const OWNED: bool = false;
}

impl<T> NoOwner for Owner<T> {}

/// A set, in a bound that the compiler checks only where it is used. A bound on the enum itself
/// would be an error for a set without a principal.
#[derive(Debug)]
pub struct SetRef<'a, T>(PhantomData<&'a T>);

/// [`OwnedBy`] of a [`SetRef`].
pub trait OwnedSet {
    /// The principal that holds the rights.
    type Principal;
}

impl<T: OwnedBy> OwnedSet for SetRef<'_, T> {
    type Principal = T::Principal;
}

const fn unowned<T: RightSet>() {
    let () = T::UNOWNED;
}

/// Reports a set whose rights no principal has, for [`RightSet::UNOWNED`].
///
/// # Panics
///
/// Panics always.
#[track_caller]
pub const fn no_principal(set: &str, word: &str) -> ! {
    let mut text = Text::new();
    text.push("no principal has the ").push(word).push("s of `").push(set).push("`: write `#[principal(");
    text.push(word).push(" = ").push(set).push(")]` on it, or `principal = User` in `#[requires]`");
    text.panic()
}

/// The maximum number of names in a message.
const LISTED: usize = 24;
