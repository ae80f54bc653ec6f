//! Tokens with random changes to the header, the claims and the signature.

use authgate_tests::token::{AUDIENCE, ISSUER, SECRET, now};

use crate::raw::{Claims, HEADER, hs256, signed_by};

/// A deterministic random number generator (xorshift).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 32).expect("half a word") % end
    }

    pub(super) fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// A token and its mutations.
pub(super) struct Made {
    pub(super) token: String,
    pub(super) mutations: Vec<&'static str>,
}

const HEADERS: &[(&str, &str)] = &[
    ("no typ", r#"{"alg":"HS256"}"#),
    ("access token", r#"{"alg":"HS256","typ":"at+jwt"}"#),
    ("typ of another kind", r#"{"alg":"HS256","typ":"dpop+jwt"}"#),
    ("typ number", r#"{"alg":"HS256","typ":1}"#),
    ("crit", r#"{"alg":"HS256","crit":["x"],"x":1}"#),
    ("crit empty", r#"{"alg":"HS256","crit":[]}"#),
    ("crit null", r#"{"alg":"HS256","crit":null}"#),
    ("b64 false", r#"{"alg":"HS256","b64":false}"#),
    ("cty JWT", r#"{"alg":"HS256","cty":"JWT"}"#),
    ("alg twice", r#"{"alg":"HS256","alg":"HS256"}"#),
    ("alg none first", r#"{"alg":"none","alg":"HS256"}"#),
    ("unknown header twice", r#"{"alg":"HS256","x":1,"x":2}"#),
    ("alg none", r#"{"alg":"none"}"#),
    ("alg another", r#"{"alg":"HS384"}"#),
    ("alg number", r#"{"alg":256}"#),
    ("alg missing", r#"{"typ":"JWT"}"#),
    ("alg in small letters", r#"{"alg":"hs256"}"#),
    ("alg escaped", r#"{"alg":"\u0048S256"}"#),
    ("kid of no key", r#"{"alg":"HS256","kid":"x"}"#),
    ("kid number", r#"{"alg":"HS256","kid":1}"#),
    ("jku", r#"{"alg":"HS256","jku":"https://attacker.example"}"#),
    ("whitespace", " {\n\"alg\" : \"HS256\" }\t"),
    ("header an array", r#"["HS256"]"#),
    ("header with more after it", r#"{"alg":"HS256"}{}"#),
    ("header not closed", r#"{"alg":"HS256""#),
    ("header with a byte order mark", "\u{feff}{\"alg\":\"HS256\"}"),
];

/// Claims that replace or extend the claims of a valid token. `NOW+n` is a time.
const CLAIMS: &[(&str, &str, &str)] = &[
    ("exp past", "exp", "NOW-100"),
    ("exp long past", "exp", "1"),
    ("exp negative", "exp", "-1"),
    ("exp later", "exp", "NOW+100000"),
    ("exp fractional", "exp", "NOW+300.5"),
    ("exp far away", "exp", "1e300"),
    ("exp string", "exp", "\"NOW+300\""),
    ("exp null", "exp", "null"),
    ("exp array", "exp", "[]"),
    ("nbf past", "nbf", "NOW-100"),
    ("nbf future", "nbf", "NOW+1000"),
    ("nbf string", "nbf", "\"NOW-100\""),
    ("nbf null", "nbf", "null"),
    ("iat past", "iat", "NOW-100"),
    ("iat string", "iat", "\"x\""),
    ("iss another", "iss", "\"https://other.example\""),
    ("iss array with ours", "iss", "[\"ISSUER\"]"),
    ("iss number", "iss", "1"),
    ("iss null", "iss", "null"),
    ("aud another", "aud", "\"https://other.example\""),
    ("aud longer", "aud", "\"AUDIENCE/\""),
    ("aud array with ours", "aud", "[\"a\",\"AUDIENCE\"]"),
    ("aud array of others", "aud", "[\"a\",\"b\"]"),
    ("aud array of none", "aud", "[]"),
    ("aud with a number", "aud", "[\"AUDIENCE\",1]"),
    ("aud object", "aud", "{\"AUDIENCE\":1}"),
    ("sub another", "sub", "\"root\""),
    ("sub number", "sub", "1"),
    ("sub empty", "sub", "\"\""),
    ("sub null", "sub", "null"),
    ("jti", "jti", "\"1\""),
    ("jti number", "jti", "1"),
    ("auth_time string", "auth_time", "\"x\""),
    ("cnf", "cnf", "{\"jkt\":\"x\"}"),
    ("roles number", "roles", "1"),
    ("roles", "roles", "[\"admin\"]"),
    ("unknown claim", "x", "{\"a\":[1,null]}"),
    ("unknown claim too deep", "x", "DEEP"),
    ("unknown claim out of range", "x", "1e400"),
    ("unknown claim a lone surrogate", "x", "\"\\ud800\""),
];

const TWICE: &[(&str, &str, &str)] = &[
    ("exp twice", "exp", "NOW+300"),
    ("iss twice", "iss", "\"ISSUER\""),
    ("aud twice", "aud", "\"AUDIENCE\""),
    ("sub twice", "sub", "\"root\""),
];

const MISSING: &[(&str, &str)] =
    &[("no exp", "exp"), ("no iss", "iss"), ("no aud", "aud"), ("no sub", "sub")];

const SIGNATURES: &[&str] = &[
    "bit flipped",
    "cut",
    "longer",
    "empty",
    "of another secret",
    "padded",
    "bits left over",
    "fourth part",
    "standard alphabet",
];

/// Returns a random token. One in five has a changed header, two in three have changed claims, and
/// one in seven has a changed signature.
pub(super) fn make(dice: &mut Dice) -> Made {
    let mut mutations = Vec::new();
    let mut header = HEADER;
    if dice.below(5) == 0 {
        let (what, text) = *dice.one_of(HEADERS);
        (header, mutations) = (text, vec![what]);
    }
    let mut claims = Claims::good();
    for _ in 0..*dice.one_of(&[0, 1, 1, 1, 1, 2]) {
        let what;
        (what, claims) = change(dice, claims);
        mutations.push(what);
    }
    let how = if dice.below(7) == 0 { *dice.one_of(SIGNATURES) } else { "" };
    let mut token = signed_by(header, claims.json(), |bytes| {
        let secret = if how == "of another secret" { b"another secret".as_slice() } else { SECRET };
        let mut signature = hs256(secret, bytes);
        match how {
            "bit flipped" => signature[dice.below(32)] ^= 1 << dice.below(8),
            "cut" => signature.truncate(dice.below(32)),
            "longer" => signature.push(0),
            "empty" => signature.clear(),
            _ => {}
        }
        signature
    });
    match how {
        "padded" => token.push('='),
        "fourth part" => token.push_str(".AAAA"),
        "standard alphabet" => token = token.replacen(['A', 'e'], "+", 1),
        "bits left over" => {
            // 32 bytes are 43 characters, of which the last has two unused bits.
            let last = token.pop().expect("a letter");
            token.push(char::from(u8::try_from(last).expect("ASCII") + 1));
        }
        _ => {}
    }
    if !how.is_empty() {
        mutations.push(how);
    }
    Made { token, mutations }
}

fn change(dice: &mut Dice, claims: Claims) -> (&'static str, Claims) {
    match dice.below(10) {
        0 => {
            let (what, name, json) = *dice.one_of(TWICE);
            (what, claims.twice(name, &fill_placeholders(json)))
        }
        1 => {
            let (what, name) = *dice.one_of(MISSING);
            (what, claims.without(name))
        }
        2 => ("unknown claim twice", claims.twice("y", "1").twice("y", "2")),
        _ => {
            let (what, name, json) = *dice.one_of(CLAIMS);
            (what, claims.with(name, &fill_placeholders(json)))
        }
    }
}

fn fill_placeholders(json: &str) -> String {
    let mut text = json.replace("ISSUER", ISSUER).replace("AUDIENCE", AUDIENCE);
    text = text.replace("DEEP", &format!("{}{}", "[".repeat(300), "]".repeat(300)));
    if let Some(at) = text.find("NOW") {
        let number: String = text[at + 3..].chars().take_while(|it| "+-0123456789".contains(*it)).collect();
        let offset: i64 = number.parse().expect("an offset");
        let time = i64::try_from(now()).expect("years to go") + offset;
        text = text.replace(&format!("NOW{number}"), &time.to_string());
    }
    text
}
