//! Text functions that run in const evaluation.

mod blank;
mod closest;
mod text;

pub use blank::is_blank;
pub use closest::closest;
pub use text::Text;

/// Returns `true` if two texts are equal, in const evaluation.
#[must_use]
pub const fn same_text(one: &str, other: &str) -> bool {
    equal(one.as_bytes(), other.as_bytes())
}

/// Returns `true` if two texts are equal without regard to the case of ASCII letters.
#[must_use]
pub const fn same_word(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    while let ([first, rest @ ..], [their_first, their_rest @ ..]) = (one, other) {
        if !first.eq_ignore_ascii_case(their_first) {
            return false;
        }
        (one, other) = (rest, their_rest);
    }
    one.is_empty() && other.is_empty()
}

const fn equal(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && {
        let mut at = 0;
        while at < one.len() {
            #[expect(clippy::indexing_slicing, reason = "const: `at` is below both lengths")]
            if one[at] != other[at] {
                return false;
            }
            at += 1;
        }
        true
    }
}
