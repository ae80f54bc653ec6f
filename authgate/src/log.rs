//! Log events: untrusted values from clients, tokens and dependencies, and events that a client can
//! cause.

use std::collections::HashSet;
use std::fmt::{self, Display, Write};
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Instant;

/// The maximum length of a value in an event, in characters before escaping.
const LONGEST: usize = 256;

/// Ends a truncated value. It is unambiguous, because a backslash in a value is written as `\\`.
const CUT: &str = "\\...";

/// A value on one line of bounded length, for a log event: `a\nb` -> `a\\nb`.
///
/// Control characters (C0, C1, DEL), bidirectional and other format characters, line and paragraph
/// separators, quotes and backslashes are escaped as in Rust. A client must not be able to write
/// log lines, to move a terminal's cursor or to reorder the text that an operator reads. A value of
/// more than 256 characters ends with `\...`.
pub(crate) struct OneLine<'a>(pub(crate) &'a dyn Display);

impl Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        struct Escape<'a, 'b> {
            out: &'a mut fmt::Formatter<'b>,
            left: Option<usize>,
        }
        impl Write for Escape<'_, '_> {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                for character in text.chars() {
                    let Some(left) = self.left else { break };
                    self.left = left.checked_sub(1);
                    match self.left {
                        Some(_) => write!(self.out, "{}", character.escape_debug())?,
                        None => self.out.write_str(CUT)?,
                    }
                }
                Ok(())
            }
        }
        write!(Escape { out: f, left: Some(LONGEST) }, "{}", self.0)
    }
}

/// Logs for the operator which check of a scheme rejected the credential.
pub(crate) fn rejected(scheme: &'static str, check: &'static str) {
    tracing::debug!(target: "authgate::authentication", scheme, check, "a credential was rejected");
}

/// An error with its sources, separated by colons.
pub(crate) struct Causes<'a>(pub(crate) &'a (dyn std::error::Error + 'static));

impl Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(cause) = source {
            write!(f, ": {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}

/// A limit of ten events per second, for an event that a client can cause at will.
pub(crate) struct Limit(
    /// The second since the process started and, in the lowest four bits, the number of events in
    /// it.
    AtomicU64,
);

impl Limit {
    const MOST: u64 = 10;

    pub(crate) const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Returns `true` if the event may be written, and counts it.
    pub(crate) fn allows_one(&self) -> bool {
        self.allows_one_at(seconds())
    }

    fn allows_one_at(&self, second: u64) -> bool {
        let count = |last: u64| match last & 0xf {
            _ if last >> 4 != second => Some(second << 4 | 1),
            events if events < Self::MOST => Some(last + 1),
            _ => None,
        };
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, count).is_ok()
    }
}

/// A limit of one event per name and minute, for at most 256 names. Names beyond that are not
/// logged until the next minute.
pub(crate) struct PerName(Mutex<Option<Names>>);

/// The names of a minute, as hashes with keys of the process.
struct Names {
    minute: u64,
    hasher: RandomState,
    logged: HashSet<u64>,
}

impl PerName {
    const MOST: usize = 256;

    pub(crate) const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Returns `true` if the event of this name may be written, and counts it.
    pub(crate) fn allows(&self, name: impl Hash) -> bool {
        self.allows_at(seconds() / 60, name)
    }

    fn allows_at(&self, minute: u64, name: impl Hash) -> bool {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Names { minute, hasher: RandomState::new(), logged: HashSet::new() };
        let names = names.get_or_insert_with(new);
        if names.minute != minute {
            names.minute = minute;
            names.logged.clear();
        }
        names.logged.len() < Self::MOST && names.logged.insert(names.hasher.hash_one(name))
    }
}

/// Returns the seconds since the first event.
fn seconds() -> u64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_line(text: &str) -> String {
        OneLine(&text).to_string()
    }

    #[test]
    fn keeps_printable_text() {
        for text in ["/reports/7", "Ada Lovelace", "m\u{fc}nchen", "\u{5317}\u{4eac}", ""] {
            assert_eq!(one_line(text), text);
        }
        assert_eq!(one_line("a\\b"), "a\\\\b");
    }

    #[test]
    fn escapes_control_bidi_and_invisible_characters() {
        let c0_del_and_c1 = (0..0x20).chain(0x7f..0xa0);
        let bidi = [0x200e, 0x200f, 0x61c].into_iter().chain(0x202a..=0x202e).chain(0x2066..=0x2069);
        let separators = [0x2028, 0x2029, 0xfeff, 0x200b, 0xa0];
        for code in c0_del_and_c1.chain(bidi).chain(separators) {
            let character = char::from_u32(code).unwrap();
            let written = one_line(&format!("a{character}b"));
            assert!(written.starts_with("a\\") && written.ends_with('b'), "U+{code:04X}: {written:?}");
            assert!(written.chars().all(|c| c.is_ascii_graphic()), "U+{code:04X}: {written:?}");
        }
        assert_eq!(one_line("a\nb\u{1b}[31m\u{202e}"), "a\\nb\\u{1b}[31m\\u{202e}");
    }

    #[test]
    fn truncates_between_characters_with_a_mark() {
        for character in ['x', '\u{e9}', '\u{1f600}'] {
            let text = |count: usize| character.to_string().repeat(count);
            assert_eq!(one_line(&text(LONGEST)), text(LONGEST));
            for longer in [LONGEST + 1, 60_000] {
                assert_eq!(one_line(&text(longer)), text(LONGEST) + CUT);
            }
        }
        // A value cannot write the mark itself.
        assert_eq!(one_line("/a\\..."), "/a\\\\...");
    }

    #[test]
    fn allows_ten_events_a_second() {
        let limit = Limit::new();
        for second in [0, 1, 2, 7, u64::MAX >> 4] {
            let allowed = (0..1_000).filter(|_| limit.allows_one_at(second)).count();
            assert_eq!(allowed, 10, "{second}");
        }
    }

    #[test]
    fn allows_each_name_once_a_minute_and_bounds_their_number() {
        let limit = PerName::new();
        for minute in [0, 1, 7] {
            assert!(limit.allows_at(minute, "a") && limit.allows_at(minute, "b"), "{minute}");
            assert!(!limit.allows_at(minute, "a") && !limit.allows_at(minute, "b"), "{minute}");
            let allowed = (0..10_000).filter(|number| limit.allows_at(minute, number)).count();
            assert_eq!(allowed, 254, "{minute}");
            assert!(!limit.allows_at(minute, "c"));
        }
    }

    #[test]
    fn bounds_a_value_that_is_written_in_parts() {
        struct Parts;
        impl Display for Parts {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                (0..1_000).try_for_each(|_| f.write_str("ab"))
            }
        }
        assert_eq!(OneLine(&Parts).to_string(), "ab".repeat(LONGEST / 2) + CUT);
    }
}
