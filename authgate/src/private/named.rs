//! From a right's name to its position, in const evaluation: a misspelt name is a compile error.

use crate::right::RightSet;
use crate::right::kind::Kind;
use authgate_access::const_text::{Text, closest, same_text};

/// What `#[requires]` asks the position of.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "the expansions match on it")]
pub enum Asked<'a, T> {
    /// A name, as tokens carry it.
    Name(&'a str),
    /// The same, where a name that is not there has been told already: any member will do for it.
    Likely(&'a str),
    /// A variant.
    Variant(&'a T),
}

/// The positions of names in a set.
#[derive(Debug)]
pub struct Names<T>(std::marker::PhantomData<fn() -> T>);

impl<T: RightSet> Names<T> {
    /// The position of a name, if it is one.
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

    /// The position of a name, or the first.
    #[must_use]
    pub const fn likely(name: &str) -> usize {
        match Self::position(name) {
            Some(index) => index,
            None => 0,
        }
    }

    /// The position of a name; where there is none, const evaluation ends with a text that lists what there is.
    ///
    /// # Panics
    ///
    /// The set has no such name.
    #[must_use]
    #[track_caller] // here and below: frames that say so are left out of the compiler's account
    pub const fn named(name: &str) -> usize {
        match Self::position(name) {
            Some(index) => index,
            None => unknown::<T>(name),
        }
    }
}

/// How many names a message lists.
const LISTED: usize = 24;

#[track_caller]
const fn unknown<T: RightSet>(name: &str) -> ! {
    let word = <T::Kind as Kind>::WORD;
    let mut text = Text::new();
    text.push("no ").push(word).push(" of `").push(T::NAME).push("` is named ").quote(name);
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
