use std::time::{SystemTime, UNIX_EPOCH};

use crate::app::App;
use crate::bytes::Bytes;
use crate::oracle::json::{Object, Value};
use crate::oracle::{self, AUDIENCE, ISSUER, Judgement, Signer, assert_agree, check_claims, judge};

/// Claims of any shape in a correctly signed token. The claims are judged twice: from the values
/// that they were built from, and from the text.
pub fn claims(data: &[u8]) {
    thread_local! {
        static APP: App = App::of_bearer(oracle::keys());
    }
    let mut make = Make { bytes: Bytes::new(data), text: String::new() };
    let claims = make.claims();
    let token = Signer::Secret.token(br#"{"alg":"HS256"}"#, make.text.as_bytes());
    let judged = match Object::of(claims).and_then(|claims| check_claims(&claims)) {
        Ok(subject) => Judgement::LetIn(subject),
        Err(oracle::json::Unread::Wrong) => Judgement::Refused,
        Err(oracle::json::Unread::Unsure) => Judgement::Unsure,
    };
    let again = judge(&token);
    if judged != Judgement::Unsure && again != Judgement::Unsure {
        assert_eq!(judged, again, "the oracles do not agree: {}", make.text);
    }
    APP.with(|app| assert_agree(&judged, app.authenticated_subject(&token)));
}

const NAMES: [&str; 19] = [
    "iss",
    "aud",
    "exp",
    "sub",
    "nbf",
    "iat",
    "jti",
    "acr",
    "amr",
    "act",
    "auth_time",
    "cnf",
    "roles",
    "scope",
    "typ",
    "",
    "a",
    "sub\0",
    "ISS",
];
const TEXTS: [&str; 10] =
    [ISSUER, AUDIENCE, "vera", "", "admin", "viewer read", "\u{1f512}", "null", "\"\\", "\u{0}"];
const NUMBERS: [&str; 12] = [
    "0",
    "-0",
    "1e300",
    "-1e300",
    "1e-300",
    "1.5",
    "9999999999",
    "18446744073709551616",
    "1e400",
    "-1",
    "0.1",
    "1E+2",
];
const DEEPEST: usize = 6;

/// Builds a value and its text together.
struct Make<'a> {
    bytes: Bytes<'a>,
    text: String,
}

impl Make<'_> {
    /// Returns the claims of a valid token, some of them removed or changed, and further members.
    fn claims(&mut self) -> Vec<(Option<String>, Value)> {
        self.text.push('{');
        let mut members = Vec::new();
        let without = self.bytes.byte();
        let good = [("iss", ISSUER), ("aud", AUDIENCE), ("sub", "vera"), ("exp", "")];
        for (at, (name, text)) in good.into_iter().enumerate() {
            if without & 1 << at != 0 {
                continue;
            }
            self.comma(&members);
            let name = self.write(name);
            self.text.push(':');
            let value = if text.is_empty() { self.time(300) } else { Value::Text(self.write(text)) };
            members.push((name, value));
        }
        while !self.bytes.is_empty() && members.len() < 40 {
            self.comma(&members);
            self.member(&mut members, 0);
        }
        self.text.push('}');
        members
    }

    fn comma<T>(&mut self, before: &[T]) {
        if !before.is_empty() {
            self.text.push(',');
        }
        if self.bytes.below(16) == 1 {
            self.text.push_str(" \n\t");
        }
    }

    fn member(&mut self, members: &mut Vec<(Option<String>, Value)>, depth: usize) {
        let name = match self.bytes.byte() {
            255 => self.bytes.text(),
            known => NAMES[usize::from(known) % NAMES.len()].to_owned(),
        };
        let name = self.write(&name);
        self.text.push(':');
        let value = self.value(depth);
        members.push((name, value));
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.bytes.below(if depth < DEEPEST { 10 } else { 8 }) {
            0 => self.literal("null", Value::Null),
            1 => self.literal("true", Value::Bool(true)),
            2 => self.literal("false", Value::Bool(false)),
            3 => {
                let number = self.bytes.one_of(&NUMBERS);
                self.literal(number, Value::Number(number.parse().expect("a number")))
            }
            4 => {
                // From twelve hours ago to twelve hours ahead.
                let away = (i64::from(self.bytes.byte()) - 128) * 337;
                self.time(away)
            }
            5 => {
                let text = self.bytes.text();
                Value::Text(self.write(&text))
            }
            6 => self.literal("\"\\ud800\"", Value::Text(None)),
            7 => {
                let text = self.bytes.one_of(&TEXTS);
                Value::Text(self.write(text))
            }
            8 => {
                self.text.push('[');
                let mut items = Vec::new();
                for _ in 0..self.bytes.below(5) {
                    self.comma(&items);
                    let item = self.value(depth + 1);
                    items.push(item);
                }
                self.literal("]", Value::Array(items))
            }
            _ => {
                self.text.push('{');
                let mut members = Vec::new();
                for _ in 0..self.bytes.below(5) {
                    self.comma(&members);
                    self.member(&mut members, depth + 1);
                }
                self.literal("}", Value::Object(members))
            }
        }
    }

    fn literal(&mut self, text: &str, value: Value) -> Value {
        self.text.push_str(text);
        value
    }

    fn time(&mut self, away: i64) -> Value {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        let time = i64::try_from(now).expect("years to go") + away;
        self.literal(&time.to_string(), Value::Number(time as f64))
    }

    /// Writes a string with some characters escaped.
    fn write(&mut self, text: &str) -> Option<String> {
        let escape = self.bytes.byte();
        self.text.push('"');
        for (at, letter) in text.chars().enumerate() {
            if matches!(letter, '"' | '\\' | '\0'..='\u{1f}')
                || escape > 240 && at % 7 == usize::from(escape % 7)
            {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    self.text.push_str(&format!("\\u{unit:04x}"));
                }
            } else {
                self.text.push(letter);
            }
        }
        self.text.push('"');
        Some(text.to_owned())
    }
}
