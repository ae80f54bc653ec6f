//! Texts for panics in const evaluation.

/// The maximum length. A part that does not fit is omitted.
const LONGEST: usize = 4096;

#[derive(Debug)]
pub struct Text {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Text {
    #[expect(clippy::new_without_default, reason = "const")]
    #[must_use]
    pub const fn new() -> Self {
        Self { bytes: [0; LONGEST], length: 0 }
    }

    #[expect(clippy::indexing_slicing, reason = "const: `at` and `length` are below the lengths")]
    pub const fn push(&mut self, text: &str) -> &mut Self {
        let text = text.as_bytes();
        if text.len() > LONGEST - self.length {
            return self;
        }
        let mut at = 0;
        while at < text.len() {
            self.bytes[self.length] = text[at];
            self.length += 1;
            at += 1;
        }
        self
    }

    pub const fn quote(&mut self, name: &str) -> &mut Self {
        self.push("\"").push(name).push("\"")
    }

    /// Adds a number in decimal digits.
    pub const fn number(&mut self, number: usize) -> &mut Self {
        const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        #[expect(clippy::indexing_slicing, reason = "const: a remainder of ten is below ten")]
        if number >= 10 {
            self.number(number / 10).push(DIGITS[number % 10])
        } else {
            self.push(DIGITS[number])
        }
    }

    #[track_caller]
    #[expect(clippy::panic, reason = "the way to report an error from const evaluation")]
    pub const fn panic(&self) -> ! {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => panic!("{}", text),
            Err(_) => panic!("unknown name"),
        }
    }
}
