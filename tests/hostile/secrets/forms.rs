//! Every encoding in which a secret could be printed by accident.

use std::fmt::{Debug, Display, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// A secret in all of its encodings, with a name for messages.
pub(super) struct Secret {
    name: &'static str,
    forms: Vec<String>,
}

impl Secret {
    pub(super) fn new(name: &'static str, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        assert!(bytes.len() >= 8, "{name} is too short to be told from other text");
        let mut forms = Vec::new();
        if let Ok(text) = std::str::from_utf8(bytes) {
            forms.extend([
                text.to_owned(),
                text.escape_debug().to_string(),
                text.to_uppercase(),
                text.to_lowercase(),
            ]);
            let encode = |byte: u8| {
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            };
            forms.push(text.bytes().map(encode).collect());
        }
        // Within other text, base64 has one of three alignments, and the first and last characters
        // depend on the neighbors.
        for shift in 0..3 {
            for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
                let encoded = engine.encode([&[0; 2][..shift], bytes].concat());
                let (from, to) = ((shift * 8).div_ceil(6), (shift + bytes.len()) * 8 / 6);
                forms.push(encoded[from..to].to_owned());
            }
        }
        let numbers = |form: &dyn Fn(u8) -> String, between: &str| {
            bytes.iter().map(|byte| form(*byte)).collect::<Vec<_>>().join(between)
        };
        forms.push(numbers(&|it| format!("{it:02x}"), ""));
        forms.push(numbers(&|it| format!("{it:02X}"), ""));
        forms.push(numbers(&|it| it.to_string(), ", "));
        forms.push(numbers(&|it| it.to_string(), ",\n    "));
        forms.push(bytes.escape_ascii().to_string());
        Self { name, forms }
    }

    /// Returns each part of a token as a secret.
    pub(super) fn of_token(name: &'static str, token: &str) -> Vec<Self> {
        token.split('.').filter(|part| part.len() > 8).map(|part| Self::new(name, part)).collect()
    }
}

/// Asserts that a text contains none of these secrets.
#[track_caller]
pub(super) fn assert_no_secret(what: &str, text: &str, secrets: &[Secret]) {
    for Secret { name, forms } in secrets {
        if let Some(form) = forms.iter().find(|form| text.contains(form.as_str())) {
            panic!("{what} shows {name}, as {form:?}: {text}");
        }
    }
}

/// The printed values, each with a description.
#[derive(Default)]
pub(super) struct Printed(Vec<(&'static str, String)>);

impl Printed {
    pub(super) fn debug(&mut self, what: &'static str, value: &dyn Debug) {
        self.0.push((what, format!("{value:?}\n{value:#?}")));
    }

    /// Prints an error and its sources.
    pub(super) fn error<E: std::error::Error + 'static>(&mut self, what: &'static str, error: E) {
        let mut text = format!("{error:?}\n{error:#?}");
        let mut behind: Option<&dyn std::error::Error> = Some(&error);
        while let Some(error) = behind {
            let _ = write!(text, "\n{error} {error:?}");
            behind = error.source();
        }
        self.0.push((what, text));
    }

    pub(super) fn display(&mut self, what: &'static str, value: &dyn Display) {
        self.0.push((what, format!("{value}\n{value:#}")));
    }

    #[track_caller]
    pub(super) fn assert_no_secret(&self, secrets: &[Secret]) {
        for (what, text) in &self.0 {
            assert_no_secret(what, text, secrets);
        }
    }

    pub(super) const fn count(&self) -> usize {
        self.0.len()
    }
}

/// Each encoding is found in a text that contains it. Otherwise, the search could pass without
/// finding anything.
#[test]
fn every_encoding_of_a_secret_is_found() {
    let secret = "pass word+/\u{e9}?>~~";
    let secrets = [Secret::new("it", secret)];
    let long = format!("vera:{secret} and more");
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    for text in [
        secret.to_owned(),
        format!("{:?}", secret.as_bytes()),
        format!("{:#?}", secret.as_bytes()),
        format!("{secret:?}"),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        STANDARD_NO_PAD.encode(&long),
        URL_SAFE_NO_PAD.encode(&long[1..]),
        URL_SAFE_NO_PAD.encode(&long[2..]),
        hex.to_uppercase(),
        hex,
        "pass%20word%2B%2F%C3%A9%3F%3E~~".to_owned(),
    ] {
        let found = std::panic::catch_unwind(|| assert_no_secret("a text", &format!("x {text} x"), &secrets));
        assert!(found.is_err(), "{text}");
    }
    assert_no_secret("another text", "pass w0rd", &secrets);
}
