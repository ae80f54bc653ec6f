//! Headers of correctly signed tokens. Only the content of the header is wrong.

use crate::outcome::Outcome::{self, LetIn, Malformed, Rejected};
use crate::outcome::{Row, bearer};
use crate::raw::{Claims, token};

pub(super) fn rows() -> Vec<Row> {
    const ALG: &str = "RFC 8725 section 3.1";
    const KID: &str = "RFC 8725 section 3.10";
    const CRIT: &str = "RFC 7515 section 4.1.11";
    const B64: &str = "RFC 7797 section 7";
    const TYP: &str = "RFC 8725 section 3.11";
    const NAMES: &str = "RFC 7515 section 4";
    const FOLLOW: &str = "RFC 8725 section 3.10, never followed";
    const JSON: &str = "RFC 7515 section 5.2";
    let members: &[(&str, Outcome, &str)] = &[
        // alg
        (r#""alg":"HS256""#, LetIn, ALG),
        (r#""\u0061lg":"HS256""#, LetIn, ALG),
        (r#""alg":"\u0048S256""#, LetIn, ALG),
        (r#""alg":"none""#, Rejected, ALG),
        (r#""alg":"None""#, Rejected, ALG),
        (r#""alg":"NONE""#, Rejected, ALG),
        (r#""alg":"nOnE""#, Rejected, ALG),
        (r#""alg":"none ""#, Rejected, ALG),
        (r#""alg":"none\u0000""#, Rejected, ALG),
        (r#""alg":"""#, Rejected, ALG),
        (r#""alg":"hs256""#, Rejected, ALG),
        (r#""alg":"Hs256""#, Rejected, ALG),
        (r#""alg":"HS256 ""#, Rejected, ALG),
        (r#""alg":" HS256""#, Rejected, ALG),
        (r#""alg":"HS256\u0000""#, Rejected, ALG),
        (r#""alg":"HS256,none""#, Rejected, ALG),
        (r#""alg":"HS1""#, Rejected, ALG),
        (r#""alg":"HS384""#, Rejected, ALG),
        (r#""alg":"HS512""#, Rejected, ALG),
        (r#""alg":"RS256""#, Rejected, ALG),
        (r#""alg":"ES256""#, Rejected, ALG),
        (r#""alg":"EdDSA""#, Rejected, ALG),
        (r#""alg":"dir""#, Rejected, ALG),
        (r#""alg":"A256GCM""#, Rejected, ALG),
        (r#""alg":"PBES2-HS256+A128KW","p2c":2147483647,"p2s":"AA""#, Rejected, "RFC 8725bis section 3.13"),
        (r#""alg":"HS256","enc":"A256GCM","zip":"DEF""#, LetIn, "RFC 7519 section 4: unknown in a JWS"),
        (r#""typ":"JWT""#, Malformed, JSON),
        (r#""ALG":"HS256""#, Malformed, JSON),
        (r#""alg ":"HS256""#, Malformed, JSON),
        (r#""alg":null"#, Malformed, JSON),
        (r#""alg":256"#, Malformed, JSON),
        (r#""alg":true"#, Malformed, JSON),
        (r#""alg":["HS256"]"#, Malformed, JSON),
        (r#""alg":{"HS256":1}"#, Malformed, JSON),
        (r#""alg":"\ud800""#, Malformed, JSON),
        // kid: the key has no id, so any kid belongs to another key
        (r#""alg":"HS256","kid":"""#, Rejected, KID),
        (r#""alg":"HS256","kid":"x""#, Rejected, KID),
        (r#""alg":"HS256","kid":"../../../../dev/null""#, Rejected, KID),
        (r#""alg":"HS256","kid":"/proc/sys/kernel/randomize_va_space""#, Rejected, KID),
        (r#""alg":"HS256","kid":"x' UNION SELECT 'AA';--""#, Rejected, KID),
        (r#""alg":"HS256","kid":"key|/usr/bin/id""#, Rejected, KID),
        (r#""alg":"HS256","kid":"\u0000""#, Rejected, KID),
        (r#""alg":"HS256","kid":"http://attacker.example/k""#, Rejected, KID),
        (r#""alg":"HS256","kid":"\r\nSet-Cookie: a=b""#, Rejected, KID),
        (r#""alg":"HS256","kid":1"#, Malformed, KID),
        (r#""alg":"HS256","kid":null"#, Malformed, KID),
        (r#""alg":"HS256","kid":["x"]"#, Malformed, KID),
        (r#""alg":"HS256","kid":{"$ne":null}"#, Malformed, KID),
        // crit
        (r#""alg":"HS256","crit":[]"#, Rejected, CRIT),
        (r#""alg":"HS256","crit":["exp"],"exp":1"#, Rejected, CRIT),
        (r#""alg":"HS256","crit":["alg"]"#, Rejected, CRIT),
        (r#""alg":"HS256","crit":["x"]"#, Rejected, CRIT),
        (r#""alg":"HS256","crit":["b64"],"b64":true"#, Rejected, CRIT),
        (r#""alg":"HS256","crit":["b64"],"b64":false"#, Rejected, CRIT),
        (r#""alg":"HS256","crit":"exp""#, Rejected, CRIT),
        (r#""alg":"HS256","crit":null"#, Rejected, CRIT),
        (r#""alg":"HS256","crit":false"#, Rejected, CRIT),
        (r#""alg":"HS256","cr\u0069t":["x"]"#, Rejected, CRIT),
        (r#""alg":"HS256","Crit":["x"]"#, LetIn, "names are case-sensitive: RFC 7515 section 4"),
        // b64, cty
        (r#""alg":"HS256","b64":false"#, Rejected, B64),
        (r#""alg":"HS256","b64":true"#, LetIn, B64),
        (r#""alg":"HS256","b64":0"#, Malformed, B64),
        (r#""alg":"HS256","b64":"false""#, Malformed, B64),
        (r#""alg":"HS256","b64":null"#, Malformed, B64),
        (r#""alg":"HS256","cty":"JWT""#, Rejected, "RFC 7519 section 5.2"),
        (r#""alg":"HS256","cty":"jwt""#, Rejected, "RFC 7519 section 5.2"),
        (
            r#""alg":"HS256","cty":"application/jwt""#,
            Rejected,
            "RFC 7515 section 4.1.10: the prefix may be there",
        ),
        (r#""alg":"HS256","cty":"json""#, LetIn, "RFC 7519 section 5.2"),
        (r#""alg":"HS256","cty":1"#, Malformed, JSON),
        // typ
        (r#""alg":"HS256","typ":"JWT""#, LetIn, TYP),
        (r#""alg":"HS256","typ":"jwt""#, LetIn, TYP),
        (r#""alg":"HS256","typ":"at+jwt""#, LetIn, "RFC 9068 section 4"),
        (r#""alg":"HS256","typ":"at+JWT""#, LetIn, "RFC 9068 section 4"),
        (r#""alg":"HS256","typ":"application/at+jwt""#, LetIn, "RFC 9068 section 4"),
        (r#""alg":"HS256","typ":"Application/AT+JWT""#, LetIn, "RFC 9068 section 4"),
        (r#""alg":"HS256","typ":"""#, Rejected, TYP),
        (r#""alg":"HS256","typ":" JWT""#, Rejected, TYP),
        (r#""alg":"HS256","typ":"dpop+jwt""#, Rejected, TYP),
        (r#""alg":"HS256","typ":"id_token+jwt""#, Rejected, TYP),
        (r#""alg":"HS256","typ":"logout+jwt""#, Rejected, TYP),
        (r#""alg":"HS256","typ":"secevent+jwt""#, Rejected, TYP),
        (r#""alg":"HS256","typ":"token-introspection+jwt""#, Rejected, TYP),
        (r#""alg":"HS256","typ":"oauth-authz-req+jwt""#, Rejected, TYP),
        (r#""alg":"HS256","typ":"at+jwt; x=y""#, Rejected, TYP),
        (r#""alg":"HS256","typ":"xat+jwt""#, Rejected, TYP),
        (r#""alg":"HS256","typ":"JOSE""#, Rejected, TYP),
        (r#""alg":"HS256","typ":"application/jwt""#, Rejected, TYP),
        (r#""alg":"HS256","typ":1"#, Malformed, TYP),
        (r#""alg":"HS256","typ":null"#, Malformed, TYP),
        (r#""alg":"HS256","typ":["JWT"]"#, Malformed, TYP),
        // duplicates
        (r#""alg":"HS256","alg":"HS256""#, Malformed, NAMES),
        (r#""alg":"none","alg":"HS256""#, Malformed, NAMES),
        (r#""alg":"HS256","alg":"none""#, Malformed, NAMES),
        (r#""alg":"HS256","\u0061lg":"none""#, Malformed, NAMES),
        (r#""alg":"HS256","typ":"JWT","typ":"x""#, Malformed, NAMES),
        (r#""alg":"HS256","kid":"a","kid":"b""#, Malformed, NAMES),
        (r#""alg":"HS256","crit":[],"crit":[]"#, Malformed, NAMES),
        (r#""alg":"HS256","x":1,"x":1"#, Malformed, NAMES),
        (r#""alg":"HS256","":1,"":2"#, Malformed, NAMES),
        (
            r#""alg":"HS256","x":{"a":1,"a":2}"#,
            LetIn,
            "RFC 7519 section 4: the content of an unknown one is ignored",
        ),
        // keys supplied by the token
        (r#""alg":"HS256","jku":"https://attacker.example/jwks.json""#, LetIn, FOLLOW),
        (r#""alg":"HS256","jku":"http://169.254.169.254/latest/meta-data""#, LetIn, FOLLOW),
        (r#""alg":"HS256","x5u":"https://attacker.example/cert.pem""#, LetIn, FOLLOW),
        (r#""alg":"HS256","x5c":["AAAA"]"#, LetIn, FOLLOW),
        (r#""alg":"HS256","x5t#S256":"AAAA""#, LetIn, FOLLOW),
        (r#""alg":"HS256","jwk":{"kty":"oct","k":"AAAA"}"#, LetIn, FOLLOW),
        // JSON
        (r#""alg":"HS256","#, Malformed, JSON),
        (r#""alg":"HS256" "typ":"JWT""#, Malformed, JSON),
        (r#""alg":"HS256"/**/"#, Malformed, JSON),
        (r"'alg':'HS256'", Malformed, JSON),
        (r#"alg:"HS256""#, Malformed, JSON),
        ("\"alg\":\"HS256\n\"", Malformed, JSON),
        (r#""alg":"HS256","x":NaN"#, Malformed, JSON),
        (r#""alg":"HS256","x":01"#, Malformed, JSON),
        (r#""alg":"HS256","x":"\x41""#, Malformed, JSON),
        (r#""alg":"HS256","\ud800":1"#, Malformed, JSON),
    ];
    let sent = |header: &[u8]| token(header, Claims::good().json());
    let mut rows: Vec<_> = members
        .iter()
        .map(|(text, outcome, rule)| bearer(text, sent(format!("{{{text}}}").as_bytes()), *outcome, rule))
        .collect();
    let alg = r#"{"alg":"HS256"}"#;
    let wholes: Vec<(&str, Vec<u8>, Outcome)> = vec![
        ("empty", b"".to_vec(), Malformed),
        ("whitespace around", format!(" \n{alg}\t ").into(), LetIn),
        ("an empty object", b"{}".to_vec(), Malformed),
        ("an array", format!("[{alg}]").into(), Malformed),
        ("pairs", br#"[["alg","HS256"]]"#.to_vec(), Malformed),
        ("a string", br#""HS256""#.to_vec(), Malformed),
        ("null", b"null".to_vec(), Malformed),
        ("a number", b"1".to_vec(), Malformed),
        ("two objects", format!("{alg}{alg}").into(), Malformed),
        ("trailing letters", format!("{alg}x").into(), Malformed),
        ("a trailing zero byte", format!("{alg}\0").into(), Malformed),
        ("a trailing brace", format!("{alg}}}").into(), Malformed),
        ("not closed", br#"{"alg":"HS256""#.to_vec(), Malformed),
        ("a byte order mark", format!("\u{feff}{alg}").into(), Malformed),
        ("UTF-16", alg.encode_utf16().flat_map(u16::to_le_bytes).collect(), Malformed),
        (
            "no UTF-8 in a value",
            [br#"{"alg":"HS256","x":""#, b"\xff".as_slice(), br#""}"#].concat(),
            Malformed,
        ),
        ("no UTF-8 in a name", [br#"{"alg":"HS256",""#, b"\xff".as_slice(), br#"":1}"#].concat(), Malformed),
        (
            "an overlong slash",
            [br#"{"alg":"HS256","x":""#, b"\xc0\xaf".as_slice(), br#""}"#].concat(),
            Malformed,
        ),
        (
            "a surrogate in UTF-8",
            [br#"{"alg":"HS256","x":""#, b"\xed\xa0\x80".as_slice(), br#""}"#].concat(),
            Malformed,
        ),
        ("nested without end", format!(r#"{{"alg":"HS256","x":{}"#, "[".repeat(20_000)).into(), Malformed),
        (
            "objects without end",
            format!(r#"{{"alg":"HS256","x":{}"#, "{\"a\":".repeat(8000)).into(),
            Malformed,
        ),
        (
            "nested in alg",
            format!(r#"{{"alg":{}{}}}"#, "[".repeat(10_000), "]".repeat(10_000)).into(),
            Malformed,
        ),
        ("five hundred names", header_with_many_names(500, "").into(), LetIn),
        ("five hundred names, the last twice", header_with_many_names(500, r#","n499":0"#).into(), Malformed),
        ("five thousand names", header_with_many_names(5000, "").into(), Malformed),
        ("a name of 6 KB", format!(r#"{{"alg":"HS256","{}":0}}"#, "n".repeat(6000)).into(), LetIn),
        ("a name of 7 KB", format!(r#"{{"alg":"HS256","{}":0}}"#, "n".repeat(7000)).into(), Malformed),
        ("an algorithm of 6 KB", format!(r#"{{"alg":"{}"}}"#, "n".repeat(6000)).into(), Rejected),
        ("a kid of 6 KB", format!(r#"{{"alg":"HS256","kid":"{}"}}"#, "n".repeat(6000)).into(), Rejected),
    ];
    rows.extend(wholes.into_iter().map(|(what, header, outcome)| bearer(what, sent(&header), outcome, JSON)));
    rows
}

fn header_with_many_names(count: usize, more: &str) -> String {
    let names: Vec<_> = (0..count).map(|number| format!("\"n{number}\":0")).collect();
    format!(r#"{{"alg":"HS256",{}{more}}}"#, names.join(","))
}
