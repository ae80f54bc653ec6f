//! Strictness of tokens: RFC 7515, RFC 7519, RFC 7797, RFC 8725 and RFC 9068. Each test has
//! accepted and rejected tokens with status, challenge and reason. The tables of `bearer/` test the
//! same rules in more breadth.

use authgate::Gate;
use authgate::scheme::{Algorithm, Bearer, Keys, bearer::Complete};
use authgate_tests::app::{App, Ran, User, app, routes};
use authgate_tests::token::{AUDIENCE, ISSUER, now};

use crate::outcome::Outcome::{
    self, Expired, LetIn, Malformed, NotYetValid, Rejected, WrongAudience, WrongIssuer,
};
use crate::outcome::{Row, bearer};
use crate::raw::{Claims, HEADER, base64url, good, signed_by, token};
use crate::signer::{Signer, set};

type Serving = (axum::Router, Ran);

fn app_of(bearer: Bearer<Complete>) -> Serving {
    let ran = Ran::default();
    let gate = Gate::<User>::builder().scheme(bearer.realm("api")).build().expect("complete");
    (routes().with_state(App { gate, ran: ran.clone() }), ran)
}

fn with_keys(keys: Keys) -> Bearer<Complete> {
    Bearer::jwt(keys).issuer(ISSUER).audience(AUDIENCE)
}

/// Sends each token and asserts the complete response.
#[track_caller]
fn assert_rows(
    serving: &Serving,
    rule: &'static str,
    cases: impl IntoIterator<Item = (String, Outcome)>,
) -> Asked {
    let rows: Vec<_> =
        cases.into_iter().map(|(token, outcome)| bearer(&token, &token, outcome, rule)).collect();
    Asked { serving: serving.clone(), rows }
}

struct Asked {
    serving: Serving,
    rows: Vec<Row>,
}

impl Asked {
    async fn assert_all(self) {
        let mut faults = Vec::new();
        for row in &self.rows {
            faults.extend(row.faults(&self.serving).await);
        }
        assert!(faults.is_empty(), "{faults:#?}");
    }
}

fn token_with_header(header: &str) -> String {
    token(header, Claims::good().json())
}

fn token_with_claim(name: &str, json: &str) -> String {
    token(HEADER, Claims::good().with(name, json).json())
}

/// Exactly two dots, strict base64url, and a header that is a JSON object in UTF-8 with `alg` and
/// without duplicate names.
#[tokio::test]
async fn rejects_malformed_tokens() {
    let good = good();
    let not_utf8 = [br#"{"alg":"HS256","x":""#.as_slice(), b"\xff", br#""}"#].concat();
    let cases = [
        (good.clone(), LetIn),
        (good.replacen('.', "", 1), Malformed),
        (format!("{good}.AAAA"), Malformed),
        (format!("{good}="), Malformed),
        (good.replacen('.', " .", 1), Malformed),
        (good.replacen('e', "+", 1), Malformed),
        (token_with_header(r#"["HS256"]"#), Malformed),
        (token(not_utf8, Claims::good().json()), Malformed),
        (token_with_header(r#"{"typ":"JWT"}"#), Malformed),
        (token_with_header(r#"{"alg":"HS256","alg":"HS256"}"#), Malformed),
    ];
    assert_rows(&app(), "RFC 7515 section 5.2", cases).assert_all().await;
}

/// Duplicate names are rejected in the header and in the claims, for known and unknown names, and
/// with escapes.
#[tokio::test]
async fn rejects_duplicate_names() {
    let twice = |name: &str, json: &str| token(HEADER, Claims::good().twice(name, json).json());
    let cases = [
        (token_with_header(r#"{"alg":"none","alg":"HS256"}"#), Malformed),
        (token_with_header(r#"{"alg":"HS256","\u0061lg":"none"}"#), Malformed),
        (token_with_header(r#"{"alg":"HS256","x":1,"x":1}"#), Malformed),
        (twice("sub", "\"root\""), Malformed),
        (twice("exp", "9999999999"), Malformed),
        (twice("s\\u0075b", "\"root\""), Malformed),
        (token(HEADER, Claims::good().twice("x", "1").twice("x", "1").json()), Malformed),
        (token_with_claim("x", r#"{"a":1,"a":2}"#), LetIn),
    ];
    assert_rows(&app(), "RFC 7515 section 4, RFC 7519 section 4", cases).assert_all().await;
}

/// No extension is supported, so every critical one is rejected. A `crit` that must not be sent is
/// rejected as well.
#[tokio::test]
async fn rejects_every_crit() {
    let crit = |json: &str| token_with_header(&format!(r#"{{"alg":"HS256","exp":1,"crit":{json}}}"#));
    let refused = [r#"["exp"]"#, r#"["x"]"#, r#"["alg"]"#, "[]", "null", r#""exp""#];
    assert_rows(&app(), "RFC 7515 section 4.1.11", refused.map(|json| (crit(json), Rejected)))
        .assert_all()
        .await;
}

/// The payload of a JWT is always encoded, even if the header correctly declares otherwise.
#[tokio::test]
async fn rejects_unencoded_payloads() {
    let claims = Claims::good().json();
    let unencoded = |header: &str| {
        let signed = format!("{}.{claims}", base64url(header));
        format!("{signed}.{}", base64url(crate::raw::hs256(authgate_tests::token::SECRET, signed.as_bytes())))
    };
    let header = r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#;
    let cases = [
        (token_with_header(header), Rejected),
        (token_with_header(r#"{"alg":"HS256","b64":false}"#), Rejected),
        (token_with_header(r#"{"alg":"HS256","b64":true}"#), LetIn),
        (unencoded(r#"{"alg":"HS256","b64":false}"#), Malformed),
    ];
    assert_rows(&app(), "RFC 7797 sections 6 and 7", cases).assert_all().await;
}

/// The audience must contain this service, and the times must include now. Times are JSON numbers,
/// with or without a fraction.
#[tokio::test]
async fn checks_audience_and_times() {
    let at = |seconds: i64| i64::try_from(now()).expect("years to go") + seconds;
    let cases = [
        (token_with_claim("aud", &format!(r#"["x","{AUDIENCE}"]"#)), LetIn),
        (token_with_claim("aud", r#""https://other.example""#), WrongAudience),
        (token_with_claim("aud", "[]"), WrongAudience),
        (token_with_claim("aud", &format!(r#"["{AUDIENCE}",1]"#)), Malformed),
        (token_with_claim("exp", &format!("{}.5", at(60))), LetIn),
        (token_with_claim("exp", &at(-60).to_string()), Expired),
        (token_with_claim("exp", &format!("\"{}\"", at(60))), Malformed),
        (token_with_claim("nbf", &format!("{}.5", at(-60))), LetIn),
        (token_with_claim("nbf", &at(90).to_string()), NotYetValid),
        (token_with_claim("nbf", "null"), Malformed),
    ];
    assert_rows(&app(), "RFC 7519 sections 4.1.3 to 4.1.5", cases).assert_all().await;
    let most = with_keys(Keys::hs256(authgate_tests::token::SECRET).expect("long enough")).realm("api");
    let leeway = std::time::Duration::from_secs(301);
    assert!(Gate::<User>::builder().scheme(most.leeway(leeway)).build().is_err(), "a few minutes at most");
}

/// An unknown claim changes nothing, whatever its value.
#[tokio::test]
async fn ignores_unknown_claims() {
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let values = ["null", "1e400", r#""\ud800""#, r#"{"sub":"root"}"#, deep.as_str()];
    assert_rows(&app(), "RFC 7519 section 4", values.map(|json| (token_with_claim("x", json), LetIn)))
        .assert_all()
        .await;
}

/// An access token has the right type, issuer, audience, signature and times. Every failure is
/// `invalid_token`, which [`Outcome`] asserts for every rejection.
#[tokio::test]
async fn checks_every_property_of_access_tokens() {
    let keys = Keys::hs256(authgate_tests::token::SECRET).expect("long enough");
    let serving = app_of(with_keys(keys).require_at_jwt());
    let at = r#"{"alg":"HS256","typ":"at+jwt"}"#;
    let with = |name: &str, json: &str| token(at, Claims::good().with(name, json).json());
    let cases = [
        (token_with_header(at), LetIn),
        (token_with_header(r#"{"alg":"HS256","typ":"application/at+JWT"}"#), LetIn),
        (token_with_header(r#"{"alg":"HS256","typ":"JWT"}"#), Rejected),
        (token_with_header(r#"{"alg":"HS256"}"#), Rejected),
        (token_with_header(r#"{"alg":"none","typ":"at+jwt"}"#), Rejected),
        (signed_by(at, Claims::good().json(), |_| vec![1; 32]), Rejected),
        (with("iss", &format!("\"{ISSUER}/\"")), WrongIssuer),
        (with("aud", "\"https://other.example\""), WrongAudience),
        (with("exp", "1"), Expired),
    ];
    assert_rows(&serving, "RFC 9068 section 4", cases).assert_all().await;
}

/// Every authorization server supports this algorithm.
#[tokio::test]
async fn accepts_rs256() {
    let (signer, other) = (Signer::new(), Signer::new());
    let claims = Claims::good().json();
    for keys in signer.keys(Algorithm::RS256) {
        let cases = [
            (signer.token("RS256", Algorithm::RS256, &claims), LetIn),
            (other.token("RS256", Algorithm::RS256, &claims), Rejected),
            (signer.token("RS256", Algorithm::PS256, &claims), Rejected),
        ];
        assert_rows(&app_of(with_keys(keys)), "RFC 9068 section 2.1", cases).assert_all().await;
    }
}

/// Claims that authgate uses are required. Other claims of RFC 9068 are accepted but not required.
#[tokio::test]
async fn requires_the_claims_that_authgate_uses() {
    let without = |name: &str| token(HEADER, Claims::good().without(name).json());
    let whole = Claims::good().with("client_id", "\"c\"").with("iat", "1").with("jti", "\"1\"");
    let cases = [
        (token(HEADER, whole.json()), LetIn),
        (without("iss"), WrongIssuer),
        (without("exp"), Malformed),
        (without("aud"), WrongAudience),
        (without("sub"), Malformed),
        (without("iat"), LetIn),
        (token_with_claim("iat", "\"1\""), LetIn),
        (token_with_claim("jti", "1"), Malformed),
    ];
    assert_rows(&app(), "RFC 9068 section 2.2", cases).assert_all().await;
}

/// A key has one algorithm with an exact name. The token cannot choose another one.
#[tokio::test]
async fn takes_the_algorithm_from_the_key() {
    let signer = Signer::new();
    let claims = Claims::good().json();
    let serving = app_of(with_keys(signer.keys(Algorithm::ES256).remove(0)));
    let public = signer.public(Algorithm::ES256);
    let confused = signed_by(r#"{"alg":"HS256"}"#, &claims, |it| crate::raw::hs256(&public, it));
    let cases = [
        (signer.token("ES256", Algorithm::ES256, &claims), LetIn),
        (signer.token("es256", Algorithm::ES256, &claims), Rejected),
        (signer.token("none", Algorithm::ES256, &claims), Rejected),
        (signer.token("ES384", Algorithm::ES384, &claims), Rejected),
        (signer.token("RS256", Algorithm::RS256, &claims), Rejected),
        (confused, Rejected),
    ];
    assert_rows(&serving, "RFC 8725 section 3.1", cases).assert_all().await;
}

/// A key is valid for its issuer only. A `kid` selects a key and nothing else. Keys in a token are
/// ignored, and keys referenced by URL are not fetched. One kind of JWT is not accepted as another.
#[tokio::test]
async fn ignores_keys_that_the_token_names() {
    let (ours, theirs) = (Signer::new(), Signer::new());
    let keys =
        |signer: &Signer| Keys::jwks(set(&[signer.jwk(Algorithm::EdDSA, r#","kid":"1""#)])).expect("a set");
    let other = "https://other.example";
    let serving = app_of(with_keys(keys(&ours)).trust(other, keys(&theirs)));
    let claims = Claims::good().json();
    let of_other = Claims::good().with("iss", &format!("\"{other}\"")).json();
    let of_third = Claims::good().with("iss", "\"https://third.example\"").json();
    let brought = |name: &str, json: &str| {
        signed_by(format!(r#"{{"alg":"EdDSA","{name}":{json}}}"#), &claims, |it| {
            Signer::new().sign(Algorithm::EdDSA, it)
        })
    };
    let cases = [
        (ours.token("EdDSA", Algorithm::EdDSA, &claims), LetIn),
        (theirs.token_of("1", Algorithm::EdDSA, &of_other), LetIn),
        (theirs.token_of("1", Algorithm::EdDSA, &claims), Rejected),
        (ours.token_of("1", Algorithm::EdDSA, &of_other), Rejected),
        (theirs.token_of("1", Algorithm::EdDSA, &of_third), WrongIssuer),
        (ours.token_of("../1", Algorithm::EdDSA, &claims), Rejected),
        (ours.token_of("1' or '1'='1", Algorithm::EdDSA, &claims), Rejected),
        (brought("jku", r#""http://127.0.0.1:1/jwks""#), Rejected),
        (brought("jwk", &Signer::new().jwk(Algorithm::EdDSA, "")), Rejected),
        (ours.token("EdDSA", Algorithm::EdDSA, &Claims::good().with("sub", "\"\"").json()), Malformed),
    ];
    assert_rows(&serving, "RFC 8725 sections 3.8 to 3.12", cases).assert_all().await;
    let kinds = ["dpop+jwt", "logout+jwt", "secevent+jwt"];
    let cases =
        kinds.map(|typ| (token_with_header(&format!(r#"{{"alg":"HS256","typ":"{typ}"}}"#)), Rejected));
    assert_rows(&app(), "RFC 8725 section 3.11", cases).assert_all().await;
}

/// A token consists of letters, digits, `-`, `_` and dots.
#[tokio::test]
async fn rejects_characters_outside_base64url() {
    let good = good();
    let parts: Vec<_> = good.split('.').collect();
    let json =
        format!(r#"{{"payload":"{}","protected":"{}","signature":"{}"}}"#, parts[1], parts[0], parts[2]);
    let cases =
        [json, format!("\"{good}\""), format!("{good}~"), format!("{{{good}}}"), good.replace('.', "%2E")];
    assert_rows(&app(), "RFC 8725bis section 3.14", cases.map(|token| (token, Malformed))).assert_all().await;
}

/// The limits concern password-based encryption and compression. authgate supports neither, so it
/// never hashes a password a billion times and never decompresses.
#[tokio::test]
async fn rejects_encryption_and_compression() {
    let pbes2 = r#"{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":2147483647,"p2s":"AAAA"}"#;
    let encrypted = format!("{}.AAAA.AAAA.AAAA.AAAA", base64url(pbes2));
    // The claims as `deflate` stores them without compression.
    let claims = Claims::good().json();
    let length = u16::try_from(claims.len()).expect("short");
    let stored = [&[1][..], &length.to_le_bytes(), &(!length).to_le_bytes(), claims.as_bytes()].concat();
    let cases = [
        (encrypted, Malformed),
        (token_with_header(pbes2), Rejected),
        (token_with_header(r#"{"alg":"dir","enc":"A256GCM"}"#), Rejected),
        (token(r#"{"alg":"HS256","zip":"DEF"}"#, stored), Malformed),
    ];
    assert_rows(&app(), "RFC 8725bis sections 3.13 and 3.15", cases).assert_all().await;
}

/// Both names of the algorithm are accepted. Ed448, which `EdDSA` can also mean, is not.
#[tokio::test]
async fn accepts_both_names_of_ed25519() {
    let signer = Signer::new();
    let claims = Claims::good().json();
    for name in ["EdDSA", "Ed25519"] {
        let jwk = signer.jwk(Algorithm::EdDSA, "").replace(r#""alg":"EdDSA""#, &format!(r#""alg":"{name}""#));
        let serving = app_of(with_keys(Keys::jwks(set(&[jwk])).expect("a set")));
        let cases = [
            (signer.token("EdDSA", Algorithm::EdDSA, &claims), LetIn),
            (signer.token("Ed25519", Algorithm::EdDSA, &claims), LetIn),
            (signer.token("ed25519", Algorithm::EdDSA, &claims), Rejected),
            (signer.token("Ed448", Algorithm::EdDSA, &claims), Rejected),
        ];
        assert_rows(&serving, "RFC 9864 section 2", cases).assert_all().await;
    }
    let ed448 = format!(r#"{{"kty":"OKP","crv":"Ed448","alg":"EdDSA","x":"{}"}}"#, base64url([9; 57]));
    assert!(Keys::jwks(set(&[ed448])).is_err(), "a set without a key that can be used");
}
