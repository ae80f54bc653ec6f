//! Texts that the macros write as types.

use std::fmt;
use std::marker::PhantomData;

use crate::handler::public::{Reason, text};
use crate::right::ConstStr;

/// A text, spelt as a list of chunks: types cannot carry a `&str` yet.
pub struct Spelt<W>(PhantomData<fn() -> W>);

impl<W> fmt::Debug for Spelt<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Spelt")
    }
}

impl<W: Reason + 'static> ConstStr for Spelt<W> {
    const TEXT: &'static str = text(&W::BYTES);
}
