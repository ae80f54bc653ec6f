//! The `Authorization` field.

use crate::outcome::Outcome::{self, Ambiguous, LetIn, Malformed, Missing, NoScheme};
use crate::outcome::{Row, line};
use crate::raw::good;

pub(super) fn rows() -> Vec<Row> {
    const SCHEME: &str = "RFC 9110 section 11.1";
    const NONE: &str = "RFC 6750 section 3.1";
    const CREDENTIALS: &str = "RFC 9110 section 11.4: a value without an auth-scheme";
    const FORM: &str = "RFC 6750 section 2.1";
    const ONE: &str = "RFC 9110 section 5.3";
    let t = good();
    let rows: Vec<(String, Outcome, &'static str)> = vec![
        // Accepted: any case of the scheme, any number of spaces, and surrounding whitespace.
        (format!("Bearer {t}"), LetIn, SCHEME),
        (format!("bearer {t}"), LetIn, SCHEME),
        (format!("BEARER {t}"), LetIn, SCHEME),
        (format!("bEaReR {t}"), LetIn, SCHEME),
        (format!("Bearer     {t}"), LetIn, FORM),
        (format!("Bearer{}{t}", " ".repeat(1000)), LetIn, FORM),
        (format!("  Bearer {t}"), LetIn, "RFC 9110 section 5.5"),
        (format!("Bearer {t}  "), LetIn, "RFC 9110 section 5.5"),
        (format!("Bearer {t}\t"), LetIn, "RFC 9110 section 5.5"),
        (format!("\tBearer {t}"), LetIn, "RFC 9110 section 5.5"),
        // No credentials.
        (String::new(), Missing, NONE),
        (" ".to_owned(), Missing, NONE),
        ("\t \t".to_owned(), Missing, NONE),
        (" ".repeat(10_000), Missing, NONE),
        // Another scheme, or no scheme.
        (t.clone(), Missing, NONE),
        (format!("Basic {t}"), Missing, NONE),
        (format!("DPoP {t}"), Missing, NONE),
        (format!("JWT {t}"), Missing, NONE),
        (format!("Token {t}"), Missing, NONE),
        (format!("Bearers {t}"), Missing, NONE),
        (format!("Beare {t}"), Missing, NONE),
        (format!("Bearer.{t}"), Missing, NONE),
        (format!("Bearer{t}"), Missing, NONE),
        (format!("Bearer_ {t}"), Missing, NONE),
        (format!("Bearer% {t}"), Missing, NONE),
        (format!("Bearer+{t}"), Missing, NONE),
        (format!("\"Bearer\" {t}"), NoScheme, CREDENTIALS),
        (format!("'Bearer' {t}"), Missing, NONE),
        (format!("=Bearer {t}"), NoScheme, CREDENTIALS),
        (format!(":Bearer {t}"), NoScheme, CREDENTIALS),
        (format!("(Bearer) {t}"), NoScheme, CREDENTIALS),
        (
            format!("\u{ff22}earer {t}"),
            NoScheme,
            "RFC 9110 section 11.1: full-width letters are other letters",
        ),
        (format!("B\u{435}arer {t}"), NoScheme, "RFC 9110 section 11.1: Cyrillic letters are other letters"),
        (
            format!("\u{212a}earer {t}"),
            NoScheme,
            "RFC 9110 section 11.1: the Kelvin sign folds to k only outside of ASCII",
        ),
        (format!("\u{feff}Bearer {t}"), NoScheme, CREDENTIALS),
        (format!("\u{a0}Bearer {t}"), NoScheme, CREDENTIALS),
        (format!("\u{200b}Bearer {t}"), NoScheme, CREDENTIALS),
        // The scheme without a token.
        ("Bearer".to_owned(), Malformed, FORM),
        ("Bearer ".to_owned(), Malformed, FORM),
        ("bearer\t".to_owned(), Malformed, FORM),
        (format!("Bearer{}", " ".repeat(5000)), Malformed, FORM),
        (format!("Bearer\t{t}"), Malformed, FORM),
        (format!("Bearer \t{t}"), Malformed, FORM),
        (format!("Bearer\t {t}"), Malformed, FORM),
        (format!("Bearer:{t}"), Malformed, FORM),
        (format!("Bearer: {t}"), Malformed, FORM),
        (format!("Bearer={t}"), Malformed, FORM),
        (format!("Bearer\"{t}\""), Malformed, FORM),
        (format!("Bearer \"{t}\""), Malformed, FORM),
        (format!("Bearer '{t}'"), Malformed, FORM),
        (format!("Bearer <{t}>"), Malformed, FORM),
        (format!("Bearer token={t}"), Malformed, FORM),
        (format!("Bearer token=\"{t}\""), Malformed, FORM),
        (format!("Bearer {t} {t}"), Malformed, FORM),
        (format!("Bearer {t} x"), Malformed, FORM),
        (format!("Bearer {t}\tx"), Malformed, FORM),
        (format!("Bearer {t};"), Malformed, FORM),
        (format!("Bearer {t}; x=y"), Malformed, FORM),
        (format!("Bearer {t}, x=y"), Malformed, FORM),
        (format!("Bearer x=\"Bearer {t}\""), Malformed, FORM),
        (format!("Bearer x=\", Bearer {t}\""), Malformed, FORM),
        (format!("Bearer Bearer {t}"), Malformed, FORM),
        (format!("Bearer bearer {t}"), Malformed, FORM),
        (format!("Bearer Basic {t}"), Malformed, FORM),
        (format!("Bearer \u{e9}{t}"), Malformed, FORM),
        (format!("Bearer {t}\u{e9}"), Malformed, FORM),
        (format!("Bearer {t}\u{a0}"), Malformed, FORM),
        (format!("Bearer \u{200b}{t}"), Malformed, FORM),
        (format!("Bearer\u{a0}{t}"), Malformed, FORM),
        ("Bearer null".to_owned(), Malformed, FORM),
        ("Bearer undefined".to_owned(), Malformed, FORM),
        ("Bearer [object Object]".to_owned(), Malformed, FORM),
        ("Bearer ${TOKEN}".to_owned(), Malformed, FORM),
        ("Bearer abc~+/=".to_owned(), Malformed, "RFC 6750 section 3.1: a b64token that is not a JWT"),
        (
            format!("Bearer {t},"),
            Malformed,
            "RFC 9110 section 5.6.1: an empty element is not a second credential",
        ),
        (
            format!("Bearer {}", ",".repeat(20_000)),
            Malformed,
            "RFC 9110 section 5.6.1: many empty elements are not credentials",
        ),
        (format!("Bearer {}", "\"".repeat(20_001)), Malformed, FORM),
        (format!("Bearer \"{}", "\\".repeat(20_000)), Malformed, FORM),
        // Two credentials in one line.
        (format!("Bearer {t}, Bearer {t}"), Ambiguous, ONE),
        (format!("Bearer {t},Bearer {t}"), Ambiguous, ONE),
        (format!("Bearer {t} , Bearer {t}"), Ambiguous, ONE),
        (format!("Bearer {t},\tBearer {t}"), Ambiguous, ONE),
        (format!("Bearer {t},,, Bearer {t}"), Ambiguous, ONE),
        (format!("Bearer {t}, {t}"), Ambiguous, ONE),
        (format!("Bearer {t}, Bearer"), Ambiguous, ONE),
        (format!("Bearer {t}, Basic YTpi"), Ambiguous, ONE),
        (format!("Basic YTpi, Bearer {t}"), Ambiguous, ONE),
        (format!("Basic a, Bearer {t}"), Ambiguous, ONE),
        (format!(",Bearer {t}"), Ambiguous, ONE),
        (format!("Digest username=\"a\", Bearer {t}"), Ambiguous, ONE),
        (format!("Bearer x=\"a\", Bearer {t}"), Ambiguous, ONE),
        (format!("Bearer {}", "a,".repeat(20_000)), Ambiguous, ONE),
    ];
    let mut rows: Vec<_> = rows
        .into_iter()
        .map(|(text, outcome, rule)| line(&text.chars().take(48).collect::<String>(), text, outcome, rule))
        .collect();
    // Bytes that are not text but are accepted by `HeaderValue`.
    let raw = |bytes: &[u8]| [bytes, b"Bearer ", t.as_bytes()].concat();
    rows.push(line("a byte that is not UTF-8, before", raw(b"\xff"), NoScheme, CREDENTIALS));
    rows.push(line("an overlong space, before", raw(b"\xc0\xa0"), NoScheme, CREDENTIALS));
    rows.push(line(
        "a byte that is not UTF-8, in the scheme",
        b"Bea\xffrer x".as_slice(),
        NoScheme,
        CREDENTIALS,
    ));
    rows.push(line(
        "a byte that is not UTF-8, after the scheme",
        b"Bearer\xff x".as_slice(),
        Malformed,
        FORM,
    ));
    rows.push(line("a byte that is not UTF-8, as the token", b"Bearer \xff".as_slice(), Malformed, FORM));
    rows.push(line("nothing but such bytes", vec![0xfe; 300], NoScheme, CREDENTIALS));
    rows
}
