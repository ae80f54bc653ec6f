//! Checks the form of a key and estimates whether it is easy to guess.

use super::ApiKeyError;

/// In characters. The limit bounds the work per request.
const LONGEST: usize = 512;
const SHORTEST: usize = 20;
/// Far below the bits of 20 random characters, and far above those of repeated words.
const LEAST_BITS: f64 = 48.0;

const MAKE_ONE: &str = "generate one with `NewKey::generate(\"acme\")`, or with `openssl rand -hex 32`";

/// Returns `true` for 1 to 512 printable ASCII characters without spaces and commas.
pub(super) fn has_the_form_of_a_key(key: &[u8]) -> bool {
    let is_of_keys = |byte: &u8| byte.is_ascii_graphic() && *byte != b',';
    !key.is_empty() && key.len() <= LONGEST && key.iter().all(is_of_keys)
}

/// Checks whether an application may use the text as a key.
pub(super) fn check(text: &str) -> Result<(), ApiKeyError> {
    let length = text.chars().count();
    let problem = if length < SHORTEST {
        format!("the key has {length} characters, but at least {SHORTEST} are required: {MAKE_ONE}")
    } else if length > LONGEST {
        format!("the key has {length} characters, but at most {LONGEST} are allowed: {MAKE_ONE}")
    } else if !has_the_form_of_a_key(text.as_bytes()) {
        format!(
            "the key has characters that are not safe in a header field: use printable ASCII without spaces and \
             commas, or {MAKE_ONE}"
        )
    } else if guessed_bits(text.as_bytes()) < LEAST_BITS {
        format!("the key can be guessed, because it is a repetition or a sequence: {MAKE_ONE}")
    } else {
        return Ok(());
    };
    Err(ApiKeyError::new(problem))
}

/// Estimates the bits in the text for an attacker who tries repetitions and sequences.
///
/// Counts the characters that neither repeat an earlier part nor continue a sequence. Each counts
/// log2 of the number of distinct characters.
fn guessed_bits(text: &[u8]) -> f64 {
    let mut different: Vec<_> = text.to_vec();
    different.sort_unstable();
    different.dedup();
    let surprises =
        2 + text.windows(3).enumerate().filter(|(place, three)| !is_predictable(text, *place, three)).count();
    surprises as f64 * (different.len() as f64).log2()
}

fn is_predictable(text: &[u8], place: usize, three: &[u8]) -> bool {
    let goes_on =
        matches!(three, [a, b, c] if i16::from(*b) - i16::from(*a) == i16::from(*c) - i16::from(*b));
    goes_on || text.windows(3).take(place).any(|before| before == three)
}

#[cfg(test)]
mod tests {
    use super::super::{KeyDigest, NewKey};

    fn refusal(text: &str) -> Option<String> {
        KeyDigest::of_text(text).err().map(|error| error.to_string())
    }

    #[test]
    fn guessable_text_is_rejected() {
        for text in [
            "aaaaaaaaaaaaaaaaaaaaaaaa",
            "00000000-0000-0000-0000-000000000000",
            "12345678901234567890",
            "abcdefghijklmnopqrstuvwxyz",
            "zyxwvutsrqponmlkjihgfedcba",
            "changemechangemechangeme",
            "password-password-password",
            "secretsecretsecret12",
            "abababababababababababab",
            "0123456789abcdef0123456789abcdef",
        ] {
            let refusal = refusal(text).unwrap_or_default();
            assert!(refusal.contains("a sequence: generate one with `NewKey::generate"), "{text}: {refusal}");
            assert!(!refusal.contains(text));
        }
    }

    #[test]
    fn random_text_of_any_alphabet_is_accepted() {
        for text in [
            "9f86d081884c7d659a2f",
            "2f8a3c6e9b1d4075f8c2",
            "123e4567-e89b-42d3-a456-426614174000",
            "83109273645120983745612",
            "q7Zs+/Kd9xW2mP4vB8nR==",
            "!x$9&kQ.z:7(~w)=p4@R",
        ] {
            assert_eq!(refusal(text), None, "{text}");
        }
        for _ in 0..200 {
            assert_eq!(refusal(NewKey::generate("a").unwrap().text()), None);
        }
    }

    #[test]
    fn characters_unsafe_in_a_header_field_are_rejected() {
        let random = NewKey::generate("a").unwrap();
        let random = random.text();
        for bad in [" ", ",", "\t", "\n", "\0", "\u{7f}", "\u{e9}", "\u{1f511}"] {
            for text in [format!("{random}{bad}"), format!("{bad}{random}"), random.replacen('_', bad, 1)] {
                assert!(
                    refusal(&text).unwrap_or_default().contains("not safe in a header field"),
                    "{text:?}"
                );
            }
        }
    }

    #[test]
    fn key_must_have_20_to_512_characters() {
        let long: String = (0..11).map(|_| NewKey::generate("a").unwrap().text().to_owned()).collect();
        for (length, expected) in [
            (0, Some("0 characters, but at least 20")),
            (19, Some("19 characters, but at least 20")),
            (20, None),
            (512, None),
            (513, Some("513 characters, but at most 512")),
        ] {
            let refusal = refusal(&long[..length]);
            assert_eq!(refusal.is_some(), expected.is_some(), "{length}: {refusal:?}");
            assert!(refusal.unwrap_or_default().contains(expected.unwrap_or_default()), "{length}");
        }
    }
}
