use serde_json::Value;

use super::*;

const EXAMPLES: &str = include_str!("../../../../vectors/rfc7616/examples.json");
const BOTH: [DigestAlgorithm; 2] = [DigestAlgorithm::Sha256, DigestAlgorithm::Md5];

fn examples() -> Vec<Value> {
    serde_json::from_str(EXAMPLES).unwrap()
}

fn text_of(example: &Value) -> String {
    let text = |name: &str| example[name].as_str().unwrap();
    format!(
        r#"username="{}", realm="{}", uri="{}", algorithm={}, nonce="{}", nc={}, cnonce="{}", qop={}, response="{}", opaque="{}""#,
        text("username"),
        text("realm"),
        text("uri"),
        text("algorithm"),
        text("nonce"),
        text("nc"),
        text("cnonce"),
        text("qop"),
        text("response"),
        text("opaque"),
    )
}

#[test]
fn rfc7616_section_3_9_1_examples_are_verified() {
    for example in examples() {
        let text = |name: &str| example[name].as_str().unwrap();
        let line = text_of(&example);
        let sent = DigestCredentials::read(line.as_bytes(), &BOTH).unwrap();
        let ha1_of = match sent.algorithm {
            DigestAlgorithm::Sha256 => Ha1::sha256,
            DigestAlgorithm::Md5 => Ha1::md5,
        };
        assert_eq!(sent.algorithm.name(), text("algorithm"));
        let ha1 = ha1_of(text("username"), text("realm"), text("password"));
        assert!(sent.verify(&ha1, "GET"));
        assert!(!sent.verify(&ha1, "HEAD"));
        assert!(!sent.verify(&ha1_of(text("username"), text("realm"), "circle of life"), "GET"));
        let of_other = if sent.algorithm == DigestAlgorithm::Md5 { Ha1::sha256 } else { Ha1::md5 };
        assert!(!sent.verify(&of_other(text("username"), text("realm"), text("password")), "GET"));
    }
    assert_eq!(examples().len(), 2);
}

/// Reads the example credential with one change.
fn read_with(from: &str, to: &str) -> Result<String, CredentialError> {
    let example = &examples()[1];
    let line = text_of(example);
    assert!(line.contains(from), "{from}");
    let line = line.replacen(from, to, 1);
    DigestCredentials::read(line.as_bytes(), &[DigestAlgorithm::Sha256]).map(|sent| match sent.user() {
        UserName::Plain(name) => name.to_owned(),
        UserName::Hashed(hash) => format!("#{hash}"),
    })
}

/// RFC 7616 section 3.4.
#[test]
fn username_may_be_plain_extended_or_hashed() {
    let name = r#"username="Mufasa""#;
    for (to, expected) in [
        (r#"username="Mufasa""#, "Mufasa"),
        ("username=Mufasa", "Mufasa"),
        (r#"USERNAME = "\Mu\"fa\\sa""#, r#"Mu"fa\sa"#),
        (r#"username="Мустафа: x""#, "Мустафа: x"),
        (r#"username="Mufasa", userhash=false"#, "Mufasa"),
        ("username*=UTF-8''J%C3%A4s%c3%B8n%20Doe", "Jäsøn Doe"),
        ("username* = utf-8'en'a!#$&+-.^_`|~", "a!#$&+-.^_`|~"),
    ] {
        assert_eq!(read_with(name, to).as_deref(), Ok(expected), "{to}");
    }
    let hash = "0f".repeat(32);
    for hash in [hash.clone(), hash.to_uppercase()] {
        let to = format!("username=\"{hash}\", userhash=TRUE");
        assert_eq!(read_with(name, &to), Ok(format!("#{}", hash.to_lowercase())));
    }
    for to in [
        "",
        "username=\"\"",
        "username",
        "username=Mufasa, username*=UTF-8''Mufasa",
        "username=\"a\u{7f}b\"",
        "username=\"a\tb\"",
        "username=\"a\u{85}b\"",
        "username*=\"UTF-8''Mufasa\"",
        "username*=UTF-8''",
        "username*=UTF-8'Mufasa",
        "username*=Mufasa",
        "username*=ISO-8859-1''J%E4s",
        "username*=UTF-8''J%E4s",
        "username*=UTF-8''a%0Ab",
        "username*=UTF-8''a%00b",
        "username*=UTF-8''a%4",
        "username*=UTF-8''a%",
        "username*=UTF-8''a%4g",
        "username*=UTF-8''a%+4",
        "username*=UTF-8''a*b",
        "username*=UTF-8''a'b",
        "username=Mufasa, userhash=true",
        "username=\"Mufasa\", userhash=1",
        "username=\"Mufasa\", userhash=\"\"",
        &format!("username*=UTF-8''{hash}, userhash=true"),
        &format!("username={hash}0, userhash=true"),
        &format!("username={}, userhash=true", &hash[2..]),
    ] {
        assert_eq!(read_with(name, to), Err(CredentialError::Malformed), "{to}");
    }
}

/// RFC 7616 sections 3.4 and 3.5.
#[test]
fn missing_or_invalid_parameters_are_malformed() {
    for (from, to) in [
        ("qop=auth, ", ""),
        ("qop=auth", "qop=auth-int"),
        ("qop=auth", "qop=\"auth,auth-int\""),
        ("qop=auth", "qop=AUTH"),
        ("nc=00000001, ", ""),
        ("nc=00000001", "nc=1"),
        ("nc=00000001", "nc=000000001"),
        ("nc=00000001", "nc=0000000g"),
        ("nc=00000001", "nc=+0000001"),
        ("nc=00000001", "nc=00000000"),
        ("nc=00000001", "nc=\"        1\""),
        ("realm=", "x-realm="),
        ("uri=", "url="),
        (" nonce=", " n="),
        (" cnonce=", " c="),
        ("response=", "r="),
        ("response=\"7", "response=\""),
        ("response=\"7", "response=\"77"),
        ("response=\"7", "response=\"x"),
        ("opaque=", "nonce="),
        ("opaque=", "REALM="),
    ] {
        assert_eq!(read_with(from, to), Err(CredentialError::Malformed), "{from} -> {to}");
    }
    let cnonce = format!("cnonce=\"{}\", x-", "a".repeat(LONGEST_CNONCE + 1));
    assert_eq!(read_with("cnonce=", &cnonce), Err(CredentialError::Malformed));
    assert_eq!(read_with("cnonce=\"", "cnonce=\"\u{e9}"), Err(CredentialError::Malformed));
    for (from, to) in [
        ("nc=00000001", "nc=\"00000001\""),
        ("nc=00000001", "nc=ABCDEFab"),
        ("qop=auth", "qop=\"auth\""),
        ("algorithm=SHA-256", "algorithm=\"sha-256\""),
        ("opaque=", "unknown="),
    ] {
        assert_eq!(read_with(from, to).as_deref(), Ok("Mufasa"), "{to}");
    }
}

#[test]
fn unsupported_algorithms_are_rejected() {
    for to in ["", "algorithm=MD5,", "algorithm=SHA-256-sess,", "algorithm=SHA-512-256,", "algorithm=x,"] {
        assert_eq!(read_with("algorithm=SHA-256,", to), Err(CredentialError::Rejected), "{to}");
    }
    let line = text_of(&examples()[0]).replace("algorithm=MD5,", "");
    let sent = DigestCredentials::read(line.as_bytes(), &BOTH).unwrap();
    assert_eq!(sent.algorithm, DigestAlgorithm::Md5, "RFC 7616 section 3.4: without one it is MD5's");
}

/// RFC 7616 section 3.5: `rspauth` omits the method, and the other values are echoed in the form
/// that was sent.
#[test]
fn authentication_info_echoes_cnonce_and_nc() {
    let example = &examples()[1];
    let line = text_of(example).replacen("cnonce=\"", "cnonce=\"\\\"\\\\", 1);
    let sent = DigestCredentials::read(line.as_bytes(), &BOTH).unwrap();
    let ha1 = Ha1::sha256("Mufasa", "http-auth@example.org", "Circle of Life");
    let confirmation = sent.confirmation(&ha1, Some("next"));
    let rest = confirmation.strip_prefix("rspauth=\"").unwrap().split_at(64).1;
    assert_eq!(
        rest,
        r#"", qop=auth, cnonce="\"\\f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", nc=00000001, nextnonce="next""#
    );
    assert!(Parameters::read(&confirmation).is_some());
}
