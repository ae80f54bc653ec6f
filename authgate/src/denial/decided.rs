use std::fmt::{self, Display};
use std::hash::{BuildHasher as _, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use super::event::is_heard;
use crate::log::OneLine;
use crate::right::Evaluated;

/// What was decided of a caller who is known.
pub(super) struct Decided {
    pub(super) id: DecisionId,
    pub(super) why: Option<Evaluated>,
    /// Who, on one line; empty where nobody listens.
    pub(super) principal: String,
    /// Who has issued the credential, where it has an issuer.
    pub(super) issuer: Option<Arc<str>>,
}

impl Decided {
    pub(super) fn new(why: Option<Evaluated>, principal: &dyn Display, issuer: Option<Arc<str>>) -> Self {
        // How an id is written may be the application's code.
        let written =
            || catch_unwind(AssertUnwindSafe(|| OneLine(principal).to_string())).unwrap_or_default();
        let principal = if is_heard() { written() } else { String::new() };
        Self { id: DecisionId::next(), why, principal, issuer }
    }
}

/// What a denial is found by in the log: the client is told it, and the event has it. Sixteen hexadecimal digits, of which
/// nothing can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DecisionId(u64);

impl DecisionId {
    /// Another one: a count, which only this process can tell from any other number.
    pub(super) fn next() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        Self(KEY.hash_one(COUNT.fetch_add(1, Ordering::Relaxed)))
    }

    /// As it is written.
    pub(super) fn digits(self) -> [u8; 16] {
        let mut left = self.0;
        let mut digits = [0; 16];
        for digit in digits.iter_mut().rev() {
            let value = (left & 0xf) as u8;
            *digit = value + if value < 10 { b'0' } else { b'a' - 10 };
            left >>= 4;
        }
        digits
    }
}

impl Display for DecisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(str::from_utf8(&self.digits()).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_with_sixteen_digits() {
        for id in [0, 1, 0xf, 0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210, u64::MAX].map(DecisionId) {
            assert_eq!(id.to_string(), format!("{:016x}", id.0));
        }
    }

    #[test]
    fn ids_differ() {
        let mut ids: Vec<_> = (0..1000).map(|_| DecisionId::next().to_string()).collect();
        assert!(ids.iter().all(|id| id.len() == 16));
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 1000);
    }
}
