//! Claims of correctly signed tokens.

use authgate_tests::app::app;
use authgate_tests::ask::ask_with;
use authgate_tests::token::{AUDIENCE, ISSUER, now};

use crate::outcome::Outcome::{
    self, Expired, LetIn, Malformed, NotYetValid, Rejected, WrongAudience, WrongIssuer,
};
use crate::outcome::{Row, bearer};
use crate::raw::{Claims, HEADER, token};

pub(super) fn rows() -> Vec<Row> {
    const TYPES: &str = "RFC 7519 section 4.1";
    const ISS: &str = "RFC 9068 section 4, iss is exact";
    const AUD: &str = "RFC 7519 section 4.1.3";
    const SUB: &str = "RFC 8725 section 3.8";
    const BOUND: &str = "RFC 9449 section 7.2, RFC 8705 section 3";
    const NAMES: &str = "RFC 7519 section 4";
    const UNKNOWN: &str = "RFC 7519 section 4";
    let iss = |text: &str| format!("\"{}\"", ISSUER.replace("issuer.example", text));
    let aud = |text: &str| text.replace("US", &format!("\"{AUDIENCE}\""));
    let mut rows = Vec::new();
    let mut with = |name: &str, json: &str, outcome: Outcome, rule: &'static str| {
        let claims = Claims::good().with(name, json).json();
        let what: String = format!("{name}: {json}").chars().take(60).collect();
        rows.push(bearer(&what, token(HEADER, claims), outcome, rule));
    };
    for name in ["iat", "auth_time"] {
        for json in ["null", "true", "\"\"", "\"1700000000\"", "[]", "[1]", "[{}]", "{}", "{\"a\":[1]}"] {
            with(name, json, LetIn, UNKNOWN);
        }
        for json in ["NaN", "0x10", "1.", "+1", "[", "[1}"] {
            with(name, json, Malformed, TYPES);
        }
    }
    for name in ["exp", "nbf"] {
        for json in [
            "null",
            "true",
            "\"\"",
            "\"1700000000\"",
            "[]",
            "[1]",
            "{}",
            "1e400",
            "-1e400",
            "NaN",
            "0x10",
            "1.",
            "+1",
        ] {
            with(name, json, Malformed, TYPES);
        }
    }
    for name in ["iss", "sub", "jti"] {
        for json in ["null", "true", "1", "[]", "{}", "[\"vera\"]", "\"\\ud800\"", "\"\\x00\""] {
            with(name, json, Malformed, TYPES);
        }
    }
    with("jti", "\"\"", LetIn, UNKNOWN);
    with("iss", &format!("[\"{ISSUER}\"]"), Malformed, ISS);
    for text in [
        "Issuer.example",
        "issuer.example/",
        "issuer.example.",
        "issuer.example:443",
        "issuer.example ",
        "issuer.example\\u0000",
        "issuer.example#",
        "evil.example/issuer.example",
        "%69ssuer.example",
    ] {
        with("iss", &iss(text), WrongIssuer, ISS);
    }
    with("iss", "\"\"", WrongIssuer, ISS);
    with("iss", "\"https://issue\\u0072.example\"", LetIn, "RFC 8725 section 3.7: compared as decoded");
    for json in [
        "null",
        "1",
        "true",
        "{}",
        "{\"0\":US}",
        "[US,1]",
        "[1,US]",
        "[US,null]",
        "[[US]]",
        "[{}]",
        "[US,[]]",
    ] {
        with("aud", &aud(json), Malformed, AUD);
    }
    for json in [
        "\"\"",
        "[]",
        "[\"\"]",
        "\"*\"",
        "\"https://api.example/\"",
        "\"https://API.example\"",
        "\"https://api.example \"",
        "\"https://api.example.evil.example\"",
        "\"https://api.exampl\"",
        "[\"a\",\"b\"]",
        "\"a https://api.example\"",
        "\"https://api.example,a\"",
        "\"https://api.example\\u0000\"",
    ] {
        with("aud", json, WrongAudience, AUD);
    }
    for json in ["US", "[US]", "[US,\"b\"]", "[\"a\",US]", "[US,US]", "[\"\",US]"] {
        with("aud", &aud(json), LetIn, AUD);
    }
    with("aud", &format!("[{}{}]", "\"a\",".repeat(8000), aud("US")), LetIn, AUD);
    with("sub", "\"\"", Malformed, SUB);
    with("sub", "\"\\u0000\"", LetIn, "a name is the issuer's to choose");
    for json in
        ["{\"jkt\":\"x\"}", "{\"x5t#S256\":\"x\"}", "{\"jwk\":{}}", "{}", "null", "\"\"", "[]", "false"]
    {
        with("cnf", json, Rejected, BOUND);
    }
    for json in
        ["1", "true", "{}", "[1]", "[null]", "[\"viewer\",1]", "[[\"viewer\"]]", "{\"viewer\":true}", "1.5"]
    {
        with("roles", json, Malformed, "claims that do not fit the principal");
        with("scope", json, Malformed, "claims that do not fit the principal");
    }
    for json in [
        "null",
        "[]",
        "\"\"",
        "\" \"",
        "[\"\"]",
        "\"viewer\"",
        "[\"root\"]",
        "[\"viewer\",\"viewer\"]",
        "\"viewer  viewer\"",
    ] {
        with("roles", json, LetIn, "unknown names grant nothing");
    }
    with("x", "1e400", LetIn, UNKNOWN);
    with("x", "\"\\ud800\"", LetIn, UNKNOWN);
    with("x", &"9".repeat(20_000), LetIn, UNKNOWN);
    with("x", "{\"a\":1,\"a\":2}", LetIn, UNKNOWN);
    for depth in [1, 126, 127, 128, 200, 10_000] {
        with("x", &format!("{}{}", "[".repeat(depth), "]".repeat(depth)), LetIn, UNKNOWN);
        with("x", &"[".repeat(depth), Malformed, UNKNOWN);
        with("roles", &format!("{}{}", "[".repeat(depth + 1), "]".repeat(depth + 1)), Malformed, UNKNOWN);
        with("cnf", &format!("{}{}", "[".repeat(depth), "]".repeat(depth)), Rejected, BOUND);
        with("aud", &format!("{}{}", "[".repeat(depth + 1), "]".repeat(depth + 1)), Malformed, AUD);
    }
    for (name, outcome) in
        [("iss", WrongIssuer), ("aud", WrongAudience), ("exp", Malformed), ("sub", Malformed), ("x", LetIn)]
    {
        let claims = Claims::good().without(name).json();
        rows.push(bearer(&format!("no {name}"), token(HEADER, claims), outcome, "RFC 9068 section 4"));
    }
    for (name, json) in [
        ("iss", format!("\"{ISSUER}\"")),
        ("aud", aud("US")),
        ("sub", "\"root\"".to_owned()),
        ("exp", "9999999999".to_owned()),
        ("\\u0065xp", "9999999999".to_owned()),
    ] {
        let claims = Claims::good().twice(name, &json).json();
        rows.push(bearer(&format!("{name} twice"), token(HEADER, claims), Malformed, NAMES));
    }
    for name in ["nbf", "iat", "jti", "cnf", "roles", "scope", "x", ""] {
        let json = if matches!(name, "nbf" | "iat") { "1" } else { "\"a\"" };
        let claims = Claims::good().twice(name, json).twice(name, json).json();
        rows.push(bearer(&format!("{name:?} twice"), token(HEADER, claims), Malformed, NAMES));
    }
    let good = Claims::good().json();
    let names: Vec<_> = (0..4500).map(|number| format!("\"n{number}\":0")).collect();
    let many = format!("{},{}}}", good.trim_end_matches('}'), names.join(","));
    let wholes: Vec<(&str, Vec<u8>, Outcome)> = vec![
        ("no claims", b"".to_vec(), Malformed),
        ("an array", format!("[{good}]").into(), Malformed),
        ("a string", b"\"vera\"".to_vec(), Malformed),
        ("null", b"null".to_vec(), Malformed),
        ("two objects", format!("{good}{good}").into(), Malformed),
        ("a zero byte after", format!("{good}\0").into(), Malformed),
        ("a byte order mark", format!("\u{feff}{good}").into(), Malformed),
        ("no UTF-8", [&good.as_bytes()[..good.len() - 1], b",\"x\":\"\xff\"}"].concat(), Malformed),
        ("whitespace around", format!("\r\n {good}\t").into(), LetIn),
        ("thousands of names", many.clone().into(), LetIn),
        ("thousands of names, one twice", many.replace("n4499", "n7").into(), Malformed),
        ("a token in a token", token(HEADER, &good).into(), Malformed),
    ];
    rows.extend(
        wholes.into_iter().map(|(what, claims, outcome)| bearer(what, token(HEADER, claims), outcome, NAMES)),
    );
    rows
}

/// Times well inside and well outside of the leeway of 30 seconds. The library's unit tests control
/// the clock and check exact seconds.
pub(super) fn times() -> Vec<Row> {
    const EXP: &str = "RFC 7519 section 4.1.4";
    const NBF: &str = "RFC 7519 section 4.1.5";
    let at = |seconds: i64| (i64::try_from(now()).expect("years to go") + seconds).to_string();
    let mut rows = Vec::new();
    let mut with = |name: &str, json: &str, outcome: Outcome, rule: &'static str| {
        rows.push(bearer(
            &format!("{name} {json}"),
            token(HEADER, Claims::good().with(name, json).json()),
            outcome,
            rule,
        ));
    };
    for seconds in [-20, -15, -1, 0, 1, 20, 300, 1_000_000_000] {
        with("exp", &at(seconds), LetIn, EXP);
        with("exp", &format!("{}.5", at(seconds)), LetIn, EXP);
    }
    for seconds in [-31, -40, -300, -301, -1_000_000_000] {
        with("exp", &at(seconds), Expired, EXP);
    }
    for json in [
        "0",
        "-0",
        "-1",
        "-0.5",
        "1e-400",
        "-1e300",
        "-9223372036854775808",
        "1",
        "1.7e9",
        "17e8",
        "1700000000000e-3",
    ] {
        with("exp", json, Expired, EXP);
    }
    for json in [
        "1e300",
        "18446744073709551615",
        "18446744073709551616",
        "99999999999999999999999999",
        "9.9e9",
        "253402300800",
    ] {
        with("exp", json, LetIn, EXP);
        with("nbf", json, NotYetValid, NBF);
        with("iat", json, LetIn, "RFC 7519 section 4.1.6 asks for nothing");
        with("auth_time", json, LetIn, "RFC 9470 section 6 applies to rules with `fresh`");
    }
    for seconds in [-1_000_000_000, -300, -1, 0, 1, 15, 20] {
        with("nbf", &at(seconds), LetIn, NBF);
    }
    for seconds in [45, 60, 300, 1_000_000_000] {
        with("nbf", &at(seconds), NotYetValid, NBF);
    }
    for json in ["0", "-1", "-1e300", "1.5", "1e-400"] {
        with("nbf", json, LetIn, NBF);
    }
    rows
}

/// The principal's roles and scopes: only exact names grant a right.
#[tokio::test]
async fn only_exact_role_names_grant() {
    for (claims, status) in [
        (r#"["admin"]"#, 204),
        (r#""admin""#, 204),
        (r#""viewer admin""#, 403),
        (r#""Report admin""#, 403),
        (r#""admin (read only)""#, 403),
        (r#"" admin""#, 403),
        (r#""admin ""#, 403),
        (r#"["x","admin"]"#, 204),
        (r#"["\u0061dmin"]"#, 204),
        (r#"["Admin"]"#, 403),
        (r#"["ADMIN"]"#, 403),
        (r#"["admin "]"#, 403),
        (r#"["admin editor"]"#, 403),
        (r#""admin,editor""#, 403),
        (r#""admin\teditor""#, 403),
        (r#""admin\u00a0editor""#, 403),
        (r#"["admin\u0000"]"#, 403),
        (r#"["\u0430dmin"]"#, 403),
        (r#"["*"]"#, 403),
        (r#"[""]"#, 403),
        (r#""""#, 403),
        (r#"["role:admin"]"#, 403),
        (r#"["editor"]"#, 403),
        ("[]", 403),
        ("null", 403),
        ("7", 401),
        (r#"{"admin":true}"#, 401),
        (r#"["admin",7]"#, 401),
        (r#"["admin",null]"#, 401),
    ] {
        let (app, ran) = app();
        let token = token(HEADER, Claims::good().with("roles", claims).json());
        let answer = ask_with(&app, "DELETE /reports/1", &token).await;
        assert_eq!(answer.status, status, "{claims}: RFC 9068 section 2.2.3.1");
        assert_eq!(ran.times(), usize::from(status == 204), "{claims}");
    }
}
