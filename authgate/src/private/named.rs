//! Looks up the position of a right's name in const evaluation. A misspelt name is a compile error.

use crate::right::RightSet;
use crate::right::kind::Kind;
use authgate_access::const_text::{Text, closest, same_text};

/// The right whose position `#[requires]` looks up.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "the macro output matches on it")]
pub enum RightRef<'a, T> {
    /// A name, as in tokens.
    Name(&'a str),
    /// A name, with any member for an unknown name, which is reported elsewhere.
    NameOrFirst(&'a str),
    /// A variant.
    Variant(&'a T),
}

/// The positions of names in a set.
#[derive(Debug)]
pub struct Names<T>(std::marker::PhantomData<fn() -> T>);

impl<T: RightSet> Names<T> {
    /// Returns the position of a name, or `None` if it is unknown.
    #[must_use]
    pub const fn position(name: &str) -> Option<usize> {
        let mut index = 0;
        while index < T::NAMES.len() {
            #[expect(clippy::indexing_slicing, reason = "const: `index` is below the length")]
            if same_text(T::NAMES[index], name) {
                return Some(index);
            }
            index += 1;
        }
        None
    }

    /// Returns the position of a name, or the first position if it is unknown.
    #[must_use]
    pub const fn likely(name: &str) -> usize {
        match Self::position(name) {
            Some(index) => index,
            None => 0,
        }
    }

    /// Returns the position of a name.
    ///
    /// # Panics
    ///
    /// Panics if the set does not have the name. The message lists the names.
    #[must_use]
    #[track_caller] // here and below: removes the frames from the compiler's error
    pub const fn named(name: &str) -> usize {
        match Self::position(name) {
            Some(index) => index,
            None => unknown::<T>(name),
        }
    }
}

/// The maximum number of names in a message.
const LISTED: usize = 24;

#[track_caller]
const fn unknown<T: RightSet>(name: &str) -> ! {
    let word = <T::Kind as Kind>::WORD;
    let mut text = Text::new();
    text.push("unknown ").push(word).push(" of `").push(T::NAME).push("`: ").quote(name);
    #[expect(clippy::indexing_slicing, reason = "const: `closest` and the loop stay below the length")]
    {
        if let Some(index) = closest(name, T::NAMES) {
            text.push(" (did you mean ").quote(T::NAMES[index]).push("?)");
        }
        text.push("; its ").push(word).push("s are ");
        let mut index = 0;
        while index < T::NAMES.len() && index < LISTED {
            if index > 0 {
                text.push(", ");
            }
            text.quote(T::NAMES[index]);
            index += 1;
        }
    }
    if T::NAMES.len() > LISTED {
        text.push(" and ").number(T::NAMES.len() - LISTED).push(" more");
    }
    text.panic()
}
