//! Form, header and key selection: RFC 7515, 7797, 8725, 9068.

use super::token::{
    AUDIENCE, CLAIMS, HEADER, ISSUER, NOW, OTHER_SECRET, Principal, SECRET, at, claims_and, claims_with,
    header, hs256, signed, time, trusting, verifier, verify,
};
use crate::jws::TrustedIssuers;
use crate::jws::{Audience, Issuer, Keys, TokenType, Verifier};
use crate::right::CredentialError;

#[test]
fn valid_token_yields_principal_and_context() {
    let payload = claims_and(r#""jti":"id","auth_time":1699999999.5,"x":{"a":[1,{"b":null}]}"#);
    let token = hs256(SECRET, HEADER, payload);
    let (principal, context) = verifier().verify::<Principal>(token.as_bytes(), at(NOW)).unwrap();
    assert_eq!(principal["sub"], "u");
    assert_eq!(context.scheme(), "Bearer");
    assert_eq!(context.expires_at(), Some(time(1_700_000_100)));
    assert_eq!(context.authenticated_at(), Some(time(1_699_999_999)));
    assert_eq!(context.token_id(), Some("id"));
}

/// RFC 7515 section 5.2, draft rfc8725bis section 3.14.
#[test]
fn only_compact_serialization_is_accepted() {
    let good = hs256(SECRET, HEADER, CLAIMS);
    let (signed, signature) = good.rsplit_once('.').unwrap();
    for wrong in [
        "",
        ".",
        "..",
        "opaque",
        signed,
        &format!("{good}."),
        &format!(".{good}"),
        &format!("{good}="),
        &format!("{good} "),
        &format!("{good}\n"),
        &format!("{signed}..{signature}"),
        &format!("{{\"payload\":\"{signed}\"}}"),
        &good.replacen('.', "=.", 1),
    ] {
        assert_eq!(verify(&verifier(), wrong).err(), Some(CredentialError::Malformed), "{wrong}");
    }
}

/// A last character whose unused bits are not zero would be a second spelling of the same token.
#[test]
fn non_canonical_last_character_is_rejected() {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut good = hs256(SECRET, HEADER, CLAIMS);
    let last = good.pop().unwrap();
    for other in ALPHABET.chars().filter(|other| *other != last) {
        assert!(verify(&verifier(), &format!("{good}{other}")).is_err());
    }
    assert!(verify(&verifier(), &format!("{good}{last}")).is_ok());
}

/// RFC 7515 section 4.
#[test]
fn header_must_be_one_object_without_duplicate_names() {
    for wrong in [
        "",
        "[]",
        "\"HS256\"",
        "null",
        "{}",
        r#"{"alg":"HS256""#,
        r#"{"alg":"HS256"} {}"#,
        r#"{"alg":"HS256"}x"#,
        r#"{"alg":"HS256",}"#,
        r#"{"typ":"JWT"}"#,
        r#"{"alg":null}"#,
        r#"{"alg":256}"#,
        r#"{"alg":["HS256"]}"#,
        r#"{"alg":"HS256","kid":1}"#,
        r#"{"alg":"HS256","kid":null}"#,
        r#"{"alg":"HS256","typ":["JWT"]}"#,
        r#"{"alg":"HS256","cty":{}}"#,
        r#"{"alg":"HS256","b64":"false"}"#,
        r#"{"alg":"none","alg":"HS256"}"#,
        r#"{"alg":"HS256","alg":"HS256"}"#,
        r#"{"alg":"HS256","\u0061lg":"HS256"}"#,
        r#"{"alg":"HS256","kid":"a","kid":"a"}"#,
        r#"{"alg":"HS256","x":1,"y":2,"x":1}"#,
    ] {
        assert_eq!(header(wrong), Some(CredentialError::Malformed), "{wrong}");
    }
    assert_eq!(
        header(b"\xef\xbb\xbf{\"alg\":\"HS256\"}"),
        Some(CredentialError::Malformed),
        "byte order mark"
    );
    assert_eq!(header(b"{\"alg\":\"HS256\",\"x\":\"\xff\"}"), Some(CredentialError::Malformed), "not UTF-8");
    assert_eq!(header(b"{\"alg\":\"HS256\",\"\xff\":1}"), Some(CredentialError::Malformed), "not UTF-8");
}

/// RFC 7515 section 4.1.11, RFC 7797 section 7, RFC 7519 section 5.2.
#[test]
fn crit_unencoded_payload_and_nested_jwt_are_rejected() {
    for wrong in [
        r#"{"alg":"HS256","crit":["exp"],"exp":1}"#,
        r#"{"alg":"HS256","crit":[]}"#,
        r#"{"alg":"HS256","crit":null}"#,
        r#"{"alg":"HS256","crit":"b64"}"#,
        r#"{"alg":"HS256","crit":["b64"],"b64":true}"#,
        r#"{"alg":"HS256","b64":false}"#,
        r#"{"alg":"HS256","cty":"JWT"}"#,
        r#"{"alg":"HS256","cty":"jwt"}"#,
    ] {
        assert_eq!(header(wrong), Some(CredentialError::Rejected), "{wrong}");
    }
    for fine in [
        r#"{"alg":"HS256","b64":true}"#,
        r#"{"alg":"HS256","cty":"json"}"#,
        r#" { "alg" : "HS256" } "#,
        r#"{"\u0061lg":"\u0048S256"}"#,
        r#"{"alg":"HS256","jku":"https://evil.example","x5u":"https://evil.example","x5c":[],"jwk":{"kty":"oct"}}"#,
    ] {
        assert_eq!(header(fine), None, "{fine}");
    }
}

/// RFC 8725 section 3.1: the algorithm is the key's, not the token's.
#[test]
fn algorithm_comes_from_the_key_not_the_token() {
    for name in
        ["none", "None", "NONE", "", "hs256", "HS384", "HS512", "RS256", "ES256", "EdDSA", "HS256\\u0000"]
    {
        assert_eq!(header(format!("{{\"alg\":\"{name}\"}}")), Some(CredentialError::Rejected), "{name}");
    }
    let unsigned = signed(r#"{"alg":"none"}"#, CLAIMS, |_| Vec::new());
    assert_eq!(verify(&verifier(), &unsigned), Err(CredentialError::Rejected));
    let stripped = signed(HEADER, CLAIMS, |_| Vec::new());
    assert_eq!(verify(&verifier(), &stripped), Err(CredentialError::Rejected));
}

/// RFC 9068 section 4, RFC 8725 section 3.11.
#[test]
fn token_type_setting_selects_accepted_typ_values() {
    let usual = [r#","typ":"JWT""#, r#","typ":"jwt""#, ""];
    let access = [
        r#","typ":"at+jwt""#,
        r#","typ":"at+JWT""#,
        r#","typ":"application/at+jwt""#,
        r#","typ":"Application/AT+JWT""#,
    ];
    let other = [
        r#","typ":"""#,
        r#","typ":"application/JWT""#,
        r#","typ":"dpop+jwt""#,
        r#","typ":"logout+jwt""#,
        r#","typ":"JWT ""#,
        r#","typ":"at+jwt;v=1""#,
    ];
    let takes = |token_type, typ: &str| {
        let mut verifier = verifier();
        verifier.token_type = token_type;
        verify(&verifier, &hs256(SECRET, format!("{{\"alg\":\"HS256\"{typ}}}"), CLAIMS)).err()
    };
    for (types, as_usual, as_access) in
        [(&usual[..], true, false), (&access, true, true), (&other, false, false)]
    {
        let fault = |taken: bool| (!taken).then_some(CredentialError::Rejected);
        for typ in types {
            assert_eq!(takes(TokenType::Usual, typ), fault(as_usual), "{typ}");
            assert_eq!(takes(TokenType::AccessToken, typ), fault(as_access), "{typ}");
            assert_eq!(takes(TokenType::Any, typ), None, "{typ}");
        }
    }
}

#[test]
fn kid_selects_keys_of_its_id_and_keys_without_an_id() {
    let keys = |id: Option<&str>| {
        let keys = Keys::hs256(SECRET).unwrap();
        trusting(id.map_or(keys.clone(), |id| keys.with_id(id)))
    };
    let token = |kid: &str| hs256(SECRET, format!("{{\"alg\":\"HS256\"{kid}}}"), CLAIMS);
    for (id, kid, taken) in [
        (None, "", true),
        (Some("a"), "", true),
        (Some("a"), r#","kid":"a""#, true),
        (Some("a"), r#","kid":"\u0061""#, true),
        (Some("a"), r#","kid":"A""#, false),
        (Some("a"), r#","kid":"""#, false),
        (Some("a"), r#","kid":"a ""#, false),
        (None, r#","kid":"a""#, true),
        (None, r#","kid":"""#, true),
    ] {
        assert_eq!(verify(&keys(id), &token(kid)).is_ok(), taken, "{id:?} {kid}");
    }
    let both = Keys::hs256(OTHER_SECRET).unwrap().with_id("a").and(Keys::hs256(SECRET).unwrap().with_id("a"));
    assert!(verify(&trusting(both), &token(r#","kid":"a""#)).is_ok(), "of two keys of one id, either");
    let both = Keys::hs256(OTHER_SECRET).unwrap().with_id("a").and(Keys::hs256(SECRET).unwrap().with_id("b"));
    assert!(verify(&trusting(both.clone()), &token("")).is_ok(), "without an id, any");
    assert_eq!(verify(&trusting(both), &token(r#","kid":"a""#)), Err(CredentialError::Rejected));
}

/// RFC 8725 section 3.8: an issuer cannot sign for another one.
#[test]
fn keys_verify_only_tokens_of_their_issuer() {
    let issuer = |name: &str, secret| Issuer::with_keys(name, Keys::hs256(secret).unwrap());
    let verifier = Verifier::new(
        vec![issuer("https://first.example", OTHER_SECRET), issuer(ISSUER, SECRET)],
        Audience::OneOf(vec![AUDIENCE.to_owned()]),
    );
    assert!(verify(&verifier, &hs256(SECRET, HEADER, CLAIMS)).is_ok());
    assert_eq!(verify(&verifier, &hs256(OTHER_SECRET, HEADER, CLAIMS)), Err(CredentialError::Rejected));
    let theirs = claims_with("iss", Some("\"https://first.example\""));
    assert!(verify(&verifier, &hs256(OTHER_SECRET, HEADER, &theirs)).is_ok());
    assert_eq!(verify(&verifier, &hs256(SECRET, HEADER, &theirs)), Err(CredentialError::Rejected));
    let unknown = claims_with("iss", Some("\"https://third.example\""));
    for secret in [SECRET, OTHER_SECRET] {
        assert_eq!(verify(&verifier, &hs256(secret, HEADER, &unknown)), Err(CredentialError::WrongIssuer));
        assert_eq!(
            verify(&verifier, &hs256(secret, HEADER, claims_with("iss", None))),
            Err(CredentialError::WrongIssuer)
        );
    }
}

#[test]
fn malformed_payload_segment_is_malformed_despite_bad_signature() {
    let forged = hs256(OTHER_SECRET, HEADER, CLAIMS);
    let [head, payload, signature] = forged.split('.').collect::<Vec<_>>()[..] else { panic!("{forged}") };
    let with = |payload: &str| verify(&verifier(), &format!("{head}.{payload}.{signature}")).err();
    assert_eq!(with(payload), Some(CredentialError::Rejected));
    assert_eq!(with("QQ"), Some(CredentialError::Rejected));
    for wrong in ["Q", "QR", "QUJ", "QQ==", "Q+", "Q Q", "QQ\n", "QQ.QQ"] {
        assert_eq!(with(wrong), Some(CredentialError::Malformed), "{wrong}");
    }
}

fn others(count: usize) -> Keys {
    let keys = (0..count).map(|number| Keys::hs256(format!("{number:0>32}")).unwrap());
    keys.reduce(Keys::and).unwrap()
}

/// Returns keys with distinct ids.
fn others_with_ids(count: usize) -> Keys {
    let keys =
        (0..count).map(|number| Keys::hs256(format!("{number:0>32}")).unwrap().with_id(number.to_string()));
    keys.reduce(Keys::and).unwrap()
}

/// An invalid token costs at most eight signature checks per issuer, regardless of the number of
/// keys.
#[test]
fn token_is_tried_with_at_most_eight_keys() {
    let ours = || Keys::hs256(SECRET).unwrap();
    let (without, with) = (r#"{"alg":"HS256"}"#, r#"{"alg":"HS256","kid":"ours"}"#);
    for (keys, header, taken) in [
        (others(7).and(ours()), without, true),
        (others(8).and(ours()), without, false),
        (others(12).and(ours().with_id("ours")), with, true),
        (others_with_ids(7).and(ours().with_id("ours")), without, true),
        (others_with_ids(8).and(ours().with_id("ours")), without, false),
        // Keys without an id come first.
        (others_with_ids(12).and(ours()), without, true),
        (others_with_ids(12).and(ours()), with, true),
        (others(8).and(ours()), with, false),
        // Keys of the id come before keys without one.
        (others(8).and(ours().with_id("ours")), with, true),
        (others(7).and(ours()).with_id("ours"), with, true),
        (others(8).and(ours()).with_id("ours"), with, false),
    ] {
        let verdict = verify(&trusting(keys), &hs256(SECRET, header, CLAIMS)).err();
        assert_eq!(verdict, if taken { None } else { Some(CredentialError::Rejected) }, "{header}");
    }
}

/// The limit applies to each issuer separately.
#[test]
fn eight_key_limit_applies_per_issuer() {
    let issuer = |name: &str, keys: Keys| Issuer::with_keys(name, keys);
    let issuers = (0..3).map(|number| issuer(&number.to_string(), others_with_ids(9)));
    let issuers = issuers.chain([issuer(ISSUER, Keys::hs256(SECRET).unwrap())]);
    let verifier = Verifier { issuers: TrustedIssuers::fixed(issuers), ..verifier() };
    assert_eq!(verify(&verifier, &hs256(SECRET, r#"{"alg":"HS256"}"#, CLAIMS)).err(), None);
}

#[test]
fn more_than_eight_indistinguishable_keys_are_an_error() {
    assert!(others(8).check().is_ok() && others_with_ids(12).check().is_ok());
    assert!(others(8).with_id("a").and(others(8)).check().is_ok());
    let told = |keys: Keys| keys.check().unwrap_err().to_string();
    let instead = "but a token is tried with at most 8: set the `kid` of their tokens with `with_id(..)` before `and(..)`";
    assert_eq!(told(others_with_ids(3).and(others(9))), format!("9 keys of HS256 have no id, {instead}"));
    assert_eq!(told(others(9).with_id("a\n")), format!("9 keys of HS256 have the id \"a\\n\", {instead}"));
}
