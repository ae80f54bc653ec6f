use std::fmt::{self, Display};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use super::event::is_log_enabled;
use crate::guard::caught;
use crate::log::OneLine;
use crate::right::{Actor, Context, Evaluated, Holdings, Principal};

/// The decision about an authenticated caller.
pub(super) struct Decided {
    pub(super) id: DecisionId,
    pub(super) why: Option<Evaluated>,
    /// The id of the principal. Empty if neither a subscriber nor an observer is interested.
    pub(super) principal: String,
    /// The issuer of the credential, if it has one. Kept as the principal is.
    pub(super) issuer: Option<Arc<str>>,
    /// The rights that the principal holds, on one line.
    pub(super) holds: Option<String>,
    /// The party that acts for the principal. Kept as the principal is.
    pub(super) actor: Option<Actor>,
}

impl Decided {
    pub(super) fn new<P: Principal>(
        why: Option<Evaluated>,
        principal: &P,
        context: &Context,
        is_observed: bool,
    ) -> Self {
        let is_read = is_observed || is_log_enabled();
        // The application may implement the formatting of the id.
        let written = || caught(|| principal.id().to_string()).unwrap_or_default();
        let holds = is_log_enabled().then(|| OneLine(&Holdings(principal)).to_string());
        let principal = if is_read { written() } else { String::new() };
        let actor = context.actor().filter(|_| is_read).cloned();
        let issuer = if is_read { context.shared_issuer() } else { None };
        Self { id: DecisionId::next(), why, principal, issuer, actor, holds }
    }
}

/// An id that links a response to its event in the log: 16 hexadecimal digits that reveal nothing.
///
/// # Examples
///
/// ```
/// use authgate::denial::CustomBody;
/// use authgate::Denial;
///
/// /// For `GateBuilder::render`.
/// fn body(denial: &Denial) -> Option<CustomBody> {
///     let id = denial.decision_id()?;
///     Some(CustomBody::text(format!("Denied. The log has the reason under {id}.\n")))
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DecisionId(u64);

impl DecisionId {
    /// Creates an id: a counter, hashed with a key of this process.
    pub(super) fn next() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        Self(KEY.hash_one(COUNT.fetch_add(1, Ordering::Relaxed)))
    }

    /// Returns the digits of the id.
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
    fn decision_id_is_written_with_sixteen_hex_digits() {
        for id in [0, 1, 0xf, 0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210, u64::MAX].map(DecisionId) {
            assert_eq!(id.to_string(), format!("{:016x}", id.0));
        }
    }

    #[test]
    fn decision_ids_are_unique() {
        let mut ids: Vec<_> = (0..1000).map(|_| DecisionId::next().to_string()).collect();
        assert!(ids.iter().all(|id| id.len() == 16));
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 1000);
    }
}
