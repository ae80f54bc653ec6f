//! Detects texts without visible characters, such as a blank reason of a public route.

/// Returns `true` if no character of the text is visible: `""`, `" "`, a zero-width space.
#[must_use]
pub const fn is_blank(text: &str) -> bool {
    let mut bytes = text.as_bytes();
    while let [first, rest @ ..] = bytes {
        let (mut code, mut continued) = match *first {
            first @ 0..0xc0 => (first as u32, 0),
            first @ 0xc0..0xe0 => (first as u32 & 0x1f, 1),
            first @ 0xe0..0xf0 => (first as u32 & 0x0f, 2),
            first => (first as u32 & 0x07, 3),
        };
        bytes = rest;
        while continued > 0
            && let [next, rest @ ..] = bytes
        {
            code = code << 6 | (*next & 0x3f) as u32;
            bytes = rest;
            continued -= 1;
        }
        if !is_invisible(code) {
            return false;
        }
    }
    true
}

/// Returns `true` for white space, control and format characters, and characters that Unicode
/// ignores by default (`Default_Ignorable_Code_Point`). Also for combining marks without a letter,
/// private use, and characters without a glyph, such as the empty Braille pattern.
const fn is_invisible(code: u32) -> bool {
    matches!(
        code,
        0..=0x20
            | 0x7f..=0xa0
            | 0xad
            | 0x300..=0x36f
            | 0x61c
            | 0x115f..=0x1160
            | 0x1680
            | 0x17b4..=0x17b5
            | 0x180b..=0x180f
            | 0x2000..=0x200f
            | 0x2028..=0x202f
            | 0x205f..=0x206f
            | 0x2800
            | 0x3000
            | 0x3164
            | 0xe000..=0xf8ff
            | 0xfe00..=0xfe0f
            | 0xfeff
            | 0xffa0
            | 0xfff0..=0xfffb
            | 0x1_3430..=0x1_345f
            | 0x1_6fe4
            | 0x1_bca0..=0x1_bca3
            | 0x1_d159
            | 0x1_d173..=0x1_d17a
            | 0xe_0000..=0x10_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_texts_have_no_visible_character() {
        let blank = [
            "",
            " ",
            "\t\r\n",
            "\u{a0}",
            "\u{85}",
            "\u{2003}",
            "\u{3000}",
            "\u{200b}",
            "\u{feff}",
            "\u{2060}",
            "\u{ad}",
            "\u{3164}",
            "\u{2800}",
            "\u{e0020}",
            "\u{7f}\u{202e}",
            "\u{301}",
            "\u{e000}",
            "\u{fff9}",
            "\u{13440}",
            "\u{16fe4}",
            "\u{1d159}",
            "\u{10fffd}",
        ];
        for text in blank {
            assert!(is_blank(text), "{text:?}");
        }
        for text in ["probe", " a ", ".", "ä", "健康", "\u{200b}x", "\u{1f600}", "\u{fffd}"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "takes minutes in Miri")]
    fn white_space_and_control_characters_are_blank() {
        for letter in char::MIN..=char::MAX {
            if letter.is_whitespace() || letter.is_control() {
                assert!(is_blank(letter.encode_utf8(&mut [0; 4])), "{letter:?}");
            }
            if letter.is_ascii_graphic() {
                assert!(!is_blank(letter.encode_utf8(&mut [0; 4])), "{letter:?}");
            }
        }
    }
}
