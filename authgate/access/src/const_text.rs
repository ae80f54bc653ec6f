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
    same_bytes(one.as_bytes(), other.as_bytes(), false)
}

/// Returns `true` if two texts are equal without regard to the case of ASCII letters.
#[must_use]
pub const fn same_word(one: &str, other: &str) -> bool {
    same_bytes(one.as_bytes(), other.as_bytes(), true)
}

const fn same_bytes(mut one: &[u8], mut other: &[u8], ignores_case: bool) -> bool {
    while let ([first, rest @ ..], [their_first, their_rest @ ..]) = (one, other) {
        if *first != *their_first && !(ignores_case && first.eq_ignore_ascii_case(their_first)) {
            return false;
        }
        (one, other) = (rest, their_rest);
    }
    one.is_empty() && other.is_empty()
}
