//! The claims and the order in which they are checked: RFC 7519 section 4.1, RFC 9068 section 4.

use std::cell::Cell;

use super::token::{
    CLAIMS, HEADER, NOW, OTHER_SECRET, Principal, SECRET, at, base64url, claims_and, claims_with, hs256,
    payload, time, verifier, verify,
};
#[cfg(feature = "oauth")]
use crate::jws::TokenBinding;
use crate::jws::{Audience, Leeway};
use crate::right::CredentialError;

#[test]
fn invalid_signature_is_rejected_before_any_claim_error() {
    for claims in [CLAIMS, "not JSON", &claims_with("exp", Some("1")), &claims_with("iss", None)] {
        let token = hs256(OTHER_SECRET, HEADER, claims);
        assert_eq!(verify(&verifier(), &token), Err(CredentialError::Rejected), "{claims}");
    }
    let good = hs256(SECRET, HEADER, CLAIMS);
    let (_, signature) = good.rsplit_once('.').unwrap();
    let altered =
        format!("{}.{}.{signature}", base64url(HEADER), base64url(claims_with("sub", Some("\"v\""))));
    assert_eq!(verify(&verifier(), &altered), Err(CredentialError::Rejected));
    let altered = format!("{}.{}.{signature}", base64url(r#"{"alg":"HS256"}"#), base64url(CLAIMS));
    assert_eq!(verify(&verifier(), &altered), Err(CredentialError::Rejected));
}

#[test]
fn claims_must_be_one_object_without_duplicate_names() {
    for wrong in [
        "",
        "[]",
        "null",
        "\"\"",
        &format!("{CLAIMS}{CLAIMS}"),
        &format!("{CLAIMS},"),
        &CLAIMS.replace('}', ",}"),
        &claims_and(r#""exp":1700000100"#),
        &claims_and(r#""\u0065xp":1700000100"#),
        &claims_and(r#""iss":"https://issuer.example""#),
        &claims_and(r#""aud":"https://api.example""#),
        &claims_and(r#""sub":"v""#),
        &claims_and(r#""a":1,"b":2,"a":1"#),
        &claims_and(r#""cnf":{},"cnf":{}"#),
    ] {
        assert_eq!(payload(wrong), Some(CredentialError::Malformed), "{wrong}");
    }
    let mut not_utf8 = claims_and(r#""x":"?""#).into_bytes();
    let at = not_utf8.iter().position(|byte| *byte == b'?').unwrap();
    not_utf8[at] = 0xff;
    assert_eq!(payload(not_utf8), Some(CredentialError::Malformed));
    assert_eq!(payload(claims_and(r#""x":{"a":1,"a":2}"#)), None, "nested names are the application's");
}

#[test]
fn claims_of_wrong_type_are_malformed() {
    let number = ["\"1700000100\"", "null", "true", "[]", "{}", "1e999"];
    let string = ["1", "null", "true", "[\"https://issuer.example\"]", "{}"];
    for name in ["exp", "nbf"] {
        for value in number {
            assert_eq!(
                payload(claims_with(name, Some(value))),
                Some(CredentialError::Malformed),
                "{name} {value}"
            );
        }
    }
    for name in ["iss", "jti"] {
        for value in string {
            assert_eq!(
                payload(claims_with(name, Some(value))),
                Some(CredentialError::Malformed),
                "{name} {value}"
            );
        }
    }
    for value in ["1", "null", "{}", "[\"https://api.example\",1]", "[[\"https://api.example\"]]", "[null]"] {
        assert_eq!(payload(claims_with("aud", Some(value))), Some(CredentialError::Malformed), "aud {value}");
    }
    assert_eq!(payload(claims_with("exp", None)), Some(CredentialError::Malformed));
}

#[test]
fn issuer_must_match_exactly() {
    for wrong in [
        None,
        Some("\"\""),
        Some("\"https://issuer.example/\""),
        Some("\"HTTPS://issuer.example\""),
        Some("\"other\""),
    ] {
        assert_eq!(payload(claims_with("iss", wrong)), Some(CredentialError::WrongIssuer), "{wrong:?}");
    }
    assert_eq!(payload(claims_with("iss", Some(r#""https:\/\/issuer.example""#))), None);
}

#[test]
fn audience_must_match_exactly() {
    for wrong in [
        None,
        Some("\"\""),
        Some("[]"),
        Some("\"https://api.example/\""),
        Some("\"https://api.example.evil.example\""),
        Some("[\"a\",\"b\"]"),
    ] {
        assert_eq!(payload(claims_with("aud", wrong)), Some(CredentialError::WrongAudience), "{wrong:?}");
        let mut anybody = verifier();
        anybody.audience = Audience::Any;
        assert!(verify(&anybody, &hs256(SECRET, HEADER, claims_with("aud", wrong))).is_ok());
    }
    for fine in [
        "\"other\"",
        "[\"https://api.example\"]",
        "[\"a\",\"https://api.example\"]",
        "[\"https://api.example\",\"a\"]",
        r#""https:\/\/api.example""#,
    ] {
        assert_eq!(payload(claims_with("aud", Some(fine))), None, "{fine}");
    }
}

/// `now < exp` and `now >= nbf`, each with leeway.
#[test]
fn exp_and_nbf_allow_exactly_the_leeway() {
    for (exp, fault) in [
        ("1700000001", None),
        ("1699999971", None),
        ("1699999970.5", None),
        ("1699999970", Some(CredentialError::Expired)),
        ("1699999969.9", Some(CredentialError::Expired)),
        ("0", Some(CredentialError::Expired)),
        ("-1", Some(CredentialError::Expired)),
        ("-1e300", Some(CredentialError::Expired)),
        ("1e300", None),
        ("18446744073709551615", None),
        ("-9223372036854775808", Some(CredentialError::Expired)),
        ("1.7000001e9", None),
    ] {
        assert_eq!(payload(claims_with("exp", Some(exp))), fault, "exp {exp}");
    }
    for (nbf, fault) in [
        ("1700000000", None),
        ("1700000030", None),
        ("1700000030.5", Some(CredentialError::NotYetValid)),
        ("1700000031", Some(CredentialError::NotYetValid)),
        ("1e300", Some(CredentialError::NotYetValid)),
        ("-1e300", None),
    ] {
        assert_eq!(payload(claims_with("nbf", Some(nbf))), fault, "nbf {nbf}");
    }
    let mut strict = verifier();
    strict.leeway = Leeway::seconds(0).unwrap();
    let token = hs256(SECRET, HEADER, claims_with("exp", Some("1700000000")));
    assert_eq!(verify(&strict, &token), Err(CredentialError::Expired));
    assert!(Leeway::seconds(300).is_some() && Leeway::seconds(301).is_none());
    // A clock before 1970 must not cause a panic.
    let early = || time(0) - std::time::Duration::from_secs(10);
    assert!(strict.verify::<Principal>(token.as_bytes(), early).is_ok());
}

#[test]
fn clock_is_read_once_and_only_after_signature_check() {
    let asked = |secret| {
        let (token, count) = (hs256(secret, HEADER, CLAIMS), Cell::new(0));
        let now = || {
            count.set(count.get() + 1);
            time(NOW)
        };
        (verifier().verify::<Principal>(token.as_bytes(), now).is_ok(), count.get())
    };
    assert_eq!(asked(SECRET), (true, 1));
    assert_eq!(asked(OTHER_SECRET), (false, 0));
}

#[test]
fn optional_expiry_is_checked_if_present() {
    let mut verifier = verifier();
    verifier.expiry_optional = true;
    let with = |exp| verify(&verifier, &hs256(SECRET, HEADER, claims_with("exp", exp)));
    assert_eq!(with(None).unwrap().expires_at(), None);
    assert_eq!(with(Some("1")), Err(CredentialError::Expired));
    assert_eq!(with(Some("\"1\"")), Err(CredentialError::Malformed));
}

/// RFC 9449 section 6, RFC 8705 section 3.1.
#[test]
fn sender_constrained_token_is_rejected() {
    for value in [r#"{"jkt":"x"}"#, r#"{"x5t#S256":"x"}"#, "{}", "null"] {
        assert_eq!(payload(claims_with("cnf", Some(value))), Some(CredentialError::Rejected), "{value}");
    }
}

/// RFC 9449 section 6.1: a token for a proof must be bound to a key, and only to a key.
#[cfg(feature = "oauth")]
#[test]
fn token_without_the_thumbprint_of_a_key_is_rejected_beside_a_proof() {
    let mut verifier = verifier();
    verifier.binding = TokenBinding::Key;
    let with = |cnf| verify(&verifier, &hs256(SECRET, HEADER, claims_with("cnf", cnf)));
    let key = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
    let bound = format!(r#"{{"jkt":"{key}"}}"#);
    let context = with(Some(&bound)).unwrap();
    assert_eq!(context.scheme(), "DPoP");
    assert_eq!(context.bound_key().map(base64url).as_deref(), Some(key));
    let both = format!(r#"{{"jkt":"{key}","x5t#S256":"{key}"}}"#);
    let deep = "[".repeat(5000) + &"]".repeat(5000);
    for cnf in ["null", "{}", r#"{"jkt":"x"}"#, r#"{"x5t#S256":"x"}"#, &both, &deep] {
        assert_eq!(with(Some(cnf)), Err(CredentialError::Rejected), "{cnf}");
    }
    assert_eq!(with(None), Err(CredentialError::Rejected));
    let malformed = format!(r#"{{"jkt":"{key}"}},"cnf":{{"jkt":"{key}"}}"#);
    assert_eq!(with(Some(&malformed)), Err(CredentialError::Malformed));
}

#[test]
fn claims_that_do_not_fit_the_principal_are_malformed() {
    let token = hs256(SECRET, HEADER, CLAIMS);
    let fault = verifier().verify::<Vec<u8>>(token.as_bytes(), at(NOW)).err();
    assert_eq!(fault, Some(CredentialError::Malformed));
}

/// All claims are wrong at first and are corrected one by one.
#[test]
fn claim_errors_are_reported_in_fixed_order() {
    let mut wrong = vec![
        ("jti", "1", "\"a\"", CredentialError::Malformed),
        ("iss", "\"x\"", "\"https://issuer.example\"", CredentialError::WrongIssuer),
        ("aud", "\"x\"", "\"https://api.example\"", CredentialError::WrongAudience),
        ("exp", "1", "1700000100", CredentialError::Expired),
        ("nbf", "1800000000", "1", CredentialError::NotYetValid),
        ("cnf", "{}", "", CredentialError::Rejected),
    ];
    let mut good: Vec<String> = Vec::new();
    while !wrong.is_empty() {
        let mut members = good.clone();
        members.extend(wrong.iter().map(|(name, value, ..)| format!("\"{name}\":{value}")));
        let token = hs256(SECRET, HEADER, format!("{{{}}}", members.join(",")));
        let (name, _, mended, fault) = wrong.remove(0);
        assert_eq!(verifier().verify::<Vec<u8>>(token.as_bytes(), at(NOW)).err(), Some(fault), "{name}");
        good.push(format!("\"{name}\":{mended}"));
    }
}

#[test]
#[cfg_attr(miri, ignore = "takes minutes in Miri")]
fn duplicate_among_3500_members_is_malformed() {
    let members: Vec<String> = (0..3500).map(|number| format!("\"n{number}\":0")).collect();
    let token = |more: &str| hs256(SECRET, HEADER, claims_and(&format!("{}{more}", members.join(","))));
    assert!(verify(&verifier(), &token("")).is_ok());
    assert_eq!(verify(&verifier(), &token(",\"n3400\":0")), Err(CredentialError::Malformed));
}

#[test]
#[cfg_attr(miri, ignore = "takes minutes in Miri")]
fn deeply_nested_claims_are_malformed() {
    let deep = |depth| claims_and(&format!("\"x\":{}{}", "[".repeat(depth), "]".repeat(depth)));
    assert_eq!(payload(deep(100)), None);
    assert_eq!(payload(deep(10_000)), Some(CredentialError::Malformed));
}
