use super::*;

/// A hash of the empty password, from jBCrypt's vectors.
const EMPTY: &str = "$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s.";
/// A hash of `password` with the salt `somesalt`, from the tests of the reference implementation
/// (phc-winner-argon2, `src/test.c`).
const REFERENCE: &str =
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

fn said(text: &str) -> String {
    Stored::parse(text).unwrap_err().to_string()
}

#[test]
fn verifies_reference_bcrypt_and_argon2_hashes() {
    assert!(Stored::parse(EMPTY).unwrap().is_of(b""));
    assert!(Stored::parse(REFERENCE).unwrap().is_of(b"password"));
    assert!(!Stored::parse(REFERENCE).unwrap().is_of(b"Password"));
    for version in ["$2a$", "$2b$", "$2y$"] {
        let text = EMPTY.replace("$2a$", version);
        assert!(Stored::parse(&text).unwrap().is_of(b"") && !Stored::parse(&text).unwrap().is_of(b"a"));
    }
}

#[test]
fn bcrypt_rejects_passwords_over_72_bytes() {
    // bcrypt itself truncates: all of these are the same password to it.
    let stored = Stored::parse(&bcrypt::hash([b'x'; 80], 4).unwrap()).unwrap();
    assert!(stored.is_of(&[b'x'; 72]));
    for length in [73, 79, 80, 81, 1000] {
        assert!(!stored.is_of(&vec![b'x'; length]), "{length}");
    }
}

#[test]
fn decoy_has_the_same_cost_and_matches_no_password() {
    let made = make(b"password").unwrap();
    for text in [EMPTY, REFERENCE, &made] {
        let stored = Stored::parse(text).unwrap();
        let decoy = stored.decoy();
        assert!(decoy.costs_as(&stored) && !decoy.is_of(b"password") && !decoy.is_of(b""));
        let mut written = String::new();
        decoy.write_to(&mut written);
        assert!(Stored::parse(&written).unwrap().costs_as(&stored), "{written}");
        assert_eq!(written.len(), text.len(), "{written}");
    }
    assert!(Stored::decoy_of_default().costs_as(&Stored::parse(&made).unwrap()));
}

#[test]
fn error_names_unsupported_hash_kind_without_the_hash() {
    for (text, kind) in [
        ("$apr1$salt$qDwx1y3B1qWDSQ9uWWJ2b1", "MD5 (apr1)"),
        ("$1$salt$qJH7.N4xYta3aEG/dfqo/0", "MD5-crypt"),
        ("{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", "SHA-1"),
        ("$5$salt$x", "SHA-256-crypt"),
        ("$6$salt$x", "SHA-512-crypt"),
        ("$y$j9T$salt$x", "yescrypt"),
        ("$2x$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s.", "broken version"),
        ("rqXexS6ZhobKA", "plain text, DES-crypt"),
        ("wonderland", "plain text"),
        ("", "empty"),
    ] {
        let error = said(text);
        assert!(error.contains(kind) && error.contains("htpasswd -B"), "{error}");
        assert!(text.is_empty() || !error.contains(text), "{error}");
    }
}

#[test]
fn hashes_of_excessive_cost_are_rejected() {
    assert!(Stored::parse(&EMPTY.replace("$06$", "$16$")).is_ok());
    for cost in ["17", "31", "99", "03", "00", "+4"] {
        let error = said(&EMPTY.replace("$06$", &format!("${cost}$")));
        assert!(error.contains("4 to 16"), "{error}");
    }
    let with = |parameters: &str| REFERENCE.replace("m=65536,t=2,p=1", parameters);
    for parameters in ["m=262144,t=4,p=1", "m=19456,t=2,p=1", "m=47104,t=1,p=1", "m=65536,t=3,p=4"] {
        assert!(Stored::parse(&with(parameters)).is_ok(), "{parameters}");
    }
    for parameters in ["m=262145,t=1,p=1", "m=4294967295,t=1,p=1", "m=8,t=4294967295,p=1", "m=65536,t=17,p=1"]
    {
        let error = said(&with(parameters));
        assert!(error.contains("too expensive"), "{error}");
    }
}

#[test]
fn malformed_hashes_are_rejected() {
    for (good, length) in [(EMPTY, EMPTY.len()), (REFERENCE, REFERENCE.len())] {
        for end in 0..length - 1 {
            if let Ok(stored) = Stored::parse(&good[..end]) {
                // base64 can be cut after a whole byte and still be long enough.
                assert!(matches!(&stored, Stored::Argon2 { .. }) && !stored.is_of(b"password"), "{end}");
            }
        }
    }
    for text in [
        REFERENCE.replace("v=19$", ""),
        REFERENCE.replace("v=19", "v=18"),
        REFERENCE.replace("argon2id", "argon2x"),
        REFERENCE.replace("$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", ""),
        REFERENCE.replace("CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "CTFhFdXPJO1aFa"),
        REFERENCE.replace("m=65536", "m=4"),
        format!("{REFERENCE}$"),
        format!("{REFERENCE} "),
        format!("{EMPTY}x"),
        EMPTY.replace('D', "\u{e9}"),
    ] {
        assert!(Stored::parse(&text).is_err(), "{text}");
    }
}
