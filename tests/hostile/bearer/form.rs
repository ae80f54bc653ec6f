//! The syntax of the token.

use crate::outcome::Outcome::{LetIn, Malformed, Rejected};
use crate::outcome::{Row, bearer};
use crate::raw::{Claims, HEADER, base64url, good, token};

pub(super) fn rows() -> Vec<Row> {
    const DOTS: &str = "RFC 7515 section 5.2";
    const ALPHABET: &str = "RFC 7515 section 2, RFC 4648 section 3.5";
    const JSON: &str = "RFC 8725bis section 3.14";
    const SIZE: &str = "RFC 9110 section 5.4";
    let good = good();
    let parts: Vec<_> = good.split('.').collect();
    let [h, p, s] = parts[..] else { panic!("three parts") };
    // Claims whose encoding contains a character that differs between the base64 alphabets.
    let both = token(HEADER, Claims::good().with("x", "\"???>>>\u{3ff}\u{7fe}??>\"").json());
    assert!(both.contains('-') || both.contains('_'));
    let mut rows = vec![];
    for (what, text) in [
        ("no dot", h.to_owned()),
        ("one dot", format!("{h}.{p}")),
        ("three dots", format!("{good}.{s}")),
        ("five parts, as a JWE", format!("{good}.{s}.{s}")),
        ("dots alone", "..".to_owned()),
        ("one dot alone", ".".to_owned()),
        ("three dots alone", "...".to_owned()),
        ("ten thousand dots", ".".repeat(10_000)),
        ("a dot before", format!(".{good}")),
        ("a dot after", format!("{good}.")),
        ("no header", format!(".{p}.{s}")),
        ("detached, as RFC 7515 appendix F", format!("{h}..{s}")),
    ] {
        let outcome = if what.starts_with("detached") { Rejected } else { Malformed };
        rows.push(bearer(what, text, outcome, DOTS));
    }
    for (what, text) in [
        ("padded header", format!("{h}=.{p}.{s}")),
        ("padded claims", format!("{h}.{p}=.{s}")),
        ("padded signature", format!("{good}=")),
        ("twice padded signature", format!("{good}==")),
        ("a letter too many", format!("{good}AA=")),
        ("percent-encoded dots", good.replace('.', "%2E")),
        ("percent-encoded padding", format!("{good}%3D")),
        ("a space in it", good.replacen('.', ". ", 1)),
        ("a tab in it", good.replacen('.', ".\t", 1)),
        ("a space at a dot", good.replacen('.', " .", 1)),
        ("a full-width dot", good.replacen('.', "\u{ff0e}", 1)),
        ("a letter of another script", good.replacen('e', "\u{435}", 1)),
        ("the standard alphabet", both.replace('-', "+").replace('_', "/")),
        ("one plus", format!("{h}.{p}.+{}", &s[1..])),
        ("one slash", format!("{h}.{p}./{}", &s[1..])),
        ("a tilde", format!("{h}.{p}.~{}", &s[1..])),
        ("an asterisk", format!("{good}*")),
        ("a number sign", format!("{good}#")),
        ("a colon", good.replace('.', ":")),
    ] {
        rows.push(bearer(what, text, Malformed, ALPHABET));
    }
    for (what, text) in leftover_bits(h, p, s) {
        rows.push(bearer(&what, text, Malformed, ALPHABET));
    }
    for (what, text) in [
        ("flattened JSON", format!(r#"{{"payload":"{p}","protected":"{h}","signature":"{s}"}}"#)),
        (
            "general JSON",
            format!(r#"{{"payload":"{p}","signatures":[{{"protected":"{h}","signature":"{s}"}}]}}"#),
        ),
        ("a JSON string", format!("\"{good}\"")),
        ("an array", format!("[\"{good}\"]")),
        ("the parts as JSON", format!("{HEADER}.{}.{s}", Claims::good().json())),
        ("the whole, encoded once more", base64url(&good)),
        ("hex", good.bytes().map(|byte| format!("{byte:02x}")).collect()),
    ] {
        // In JSON, a comma is followed by a quote and not by a token, so it does not start a second
        // credential.
        rows.push(bearer(what, text, Malformed, JSON));
    }
    let padded = |length: usize| {
        let text = |filler: usize| {
            token(HEADER, Claims::good().with("x", &format!("\"{}\"", "a".repeat(filler))).json())
        };
        // Four characters encode three bytes.
        let filler = (length - text(0).len()) * 3 / 4;
        (filler.saturating_sub(8)..=filler + 8).map(text).rfind(|it| it.len() <= length).expect("fits")
    };
    rows.push(bearer("just below 64 KiB", padded(64 * 1024), LetIn, SIZE));
    rows.push(bearer("just beyond 64 KiB", padded(64 * 1024 + 8), Malformed, SIZE));
    rows.push(bearer("a megabyte", padded(1 << 20), Malformed, SIZE));
    rows.push(bearer("a megabyte of letters", "A".repeat(1 << 20), Malformed, SIZE));
    rows.push(bearer("a megabyte of signature", format!("{good}{}", "A".repeat(1 << 20)), Malformed, SIZE));
    rows
}

/// Different characters that decode to the same bytes, because decoding drops the last bits.
fn leftover_bits(h: &str, p: &str, s: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (what, place) in [("header", 0), ("claims", 1), ("signature", 2)] {
        let mut parts = [h.to_owned(), p.to_owned(), s.to_owned()];
        if parts[place].len().is_multiple_of(4) {
            continue;
        }
        let last = parts[place].pop().expect("not empty");
        const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let at = ALPHABET.find(last).expect("of the alphabet");
        parts[place].push_str(&ALPHABET[at + 1..at + 2]);
        all.push((format!("bits left over in the {what}"), parts.join(".")));
    }
    all
}
