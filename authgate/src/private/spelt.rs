//! Texts that the macros write as types.

use std::marker::PhantomData;

use crate::handler::public::{Reason, text};
use crate::right::ConstStr;
use crate::secret::debug_only;

/// A text, spelt as a list of chunks: types cannot carry a `&str` yet.
pub struct EncodedStr<W>(PhantomData<fn() -> W>);

debug_only!([W] EncodedStr<W>);

impl<W: Reason + 'static> ConstStr for EncodedStr<W> {
    const TEXT: &'static str = text(&W::BYTES);
}
