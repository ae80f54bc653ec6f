//! The signature of the token.

use authgate_tests::token::{SECRET, now};
use aws_lc_rs::hmac;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};

use crate::outcome::Outcome::{self, LetIn, Malformed, Rejected};
use crate::outcome::{Row, bearer};
use crate::raw::{Claims, HEADER, base64url, good, hs256, signed_by, token};

pub(super) fn rows() -> Vec<Row> {
    const SIGNED: &str = "RFC 9068 section 4";
    const NONE: &str = "alg none, RFC 9068 section 4";
    let claims = Claims::good().json();
    let of = |sign: &dyn Fn(&[u8]) -> Vec<u8>| signed_by(HEADER, &claims, sign);
    let mut rows = vec![
        bearer("good", good(), LetIn, SIGNED),
        bearer("of jsonwebtoken", signed_by_jsonwebtoken(), LetIn, SIGNED),
        bearer("empty", of(&|_| vec![]), Rejected, SIGNED),
        bearer("one byte", of(&|_| vec![0]), Rejected, SIGNED),
        bearer("zeros", of(&|_| vec![0; 32]), Rejected, SIGNED),
        bearer("ones", of(&|_| vec![255; 32]), Rejected, SIGNED),
        bearer("of the empty secret", of(&|it| hs256(b"", it)), Rejected, SIGNED),
        bearer("of zeros", of(&|it| hs256(&[0; 32], it)), Rejected, SIGNED),
        bearer("of the first half of the secret", of(&|it| hs256(&SECRET[..25], it)), Rejected, SIGNED),
        bearer("of the secret and a space", of(&|it| hs256(&[SECRET, b" "].concat(), it)), Rejected, SIGNED),
        bearer("of the secret, encoded", of(&|it| hs256(base64url(SECRET).as_bytes(), it)), Rejected, SIGNED),
        bearer("hex", of(&|it| hex(&hs256(SECRET, it))), Rejected, SIGNED),
        bearer("twice", of(&|it| hs256(SECRET, it).repeat(2)), Rejected, SIGNED),
        bearer("extended", of(&|it| [hs256(SECRET, it), vec![0]].concat()), Rejected, SIGNED),
        bearer("reversed", of(&|it| hs256(SECRET, it).into_iter().rev().collect()), Rejected, SIGNED),
        bearer("a kilobyte", of(&|_| vec![7; 1024]), Rejected, SIGNED),
        bearer("forty kilobytes", of(&|_| vec![7; 40_000]), Rejected, SIGNED),
        bearer("of HS384", of(&|it| other_hash(hmac::HMAC_SHA384, it)), Rejected, SIGNED),
        bearer("of HS512", of(&|it| other_hash(hmac::HMAC_SHA512, it)), Rejected, SIGNED),
        bearer("of HS512, cut", of(&|it| other_hash(hmac::HMAC_SHA512, it)[..32].to_vec()), Rejected, SIGNED),
        bearer("over the claims alone", of(&|_| hs256(SECRET, claims.as_bytes())), Rejected, SIGNED),
        bearer(
            "over the bytes before encoding",
            {
                let text = format!("{HEADER}.{claims}");
                of(&|_| hs256(SECRET, text.as_bytes()))
            },
            Rejected,
            SIGNED,
        ),
        bearer("padded, over the unpadded", format!("{}=", good()), Malformed, SIGNED),
    ];
    for length in [1, 2, 8, 16, 20, 24, 28, 30, 31] {
        let short = of(&|it| hs256(SECRET, it)[..length].to_vec());
        rows.push(bearer(&format!("cut to {length} bytes"), short, Rejected, SIGNED));
    }
    for bit in (0..256).step_by(37) {
        let flipped = of(&|it| {
            let mut signature = hs256(SECRET, it);
            signature[bit / 8] ^= 1 << (bit % 8);
            signature
        });
        rows.push(bearer(&format!("bit {bit} flipped"), flipped, Rejected, SIGNED));
    }
    for name in ["none", "None", "NONE", "nOnE", "noNe"] {
        for sign in [|_: &[u8]| vec![], |it: &[u8]| hs256(SECRET, it), |it: &[u8]| hs256(b"", it)] {
            let none = signed_by(format!(r#"{{"alg":"{name}"}}"#), &claims, sign);
            rows.push(bearer(name, none, Rejected, NONE));
        }
    }
    rows.push(bearer("none, without the last dot", unsigned(&claims), Malformed, NONE));
    rows.extend(mixed_parts());
    rows
}

/// Combines the parts of two valid tokens.
fn mixed_parts() -> Vec<Row> {
    const RULE: &str = "RFC 7515 section 5.2: the signature is over header and claims";
    let (one, two) = (good(), token(r#"{"alg":"HS256"}"#, Claims::good().with("sub", "\"root\"").json()));
    let (a, b): (Vec<_>, Vec<_>) = (one.split('.').collect(), two.split('.').collect());
    let mut rows = Vec::new();
    for choice in 1..7 {
        let pick = |part: usize| if choice >> part & 1 == 1 { b[part] } else { a[part] };
        let mixed = format!("{}.{}.{}", pick(0), pick(1), pick(2));
        rows.push(bearer(&format!("mixed {choice:03b}"), mixed, Rejected, RULE));
    }
    // Changes a character of the signed parts. Some headers are then not JSON, which is reported
    // first because the header is parsed first.
    for part in 0..2 {
        for at in (0..a[part].len()).step_by(5) {
            let mut parts: Vec<_> = a.iter().map(|part| part.as_bytes().to_vec()).collect();
            parts[part][at] = if parts[part][at] == b'A' { b'B' } else { b'A' };
            let outcome = outcome_of(&parts);
            rows.push(bearer(&format!("letter {at} of part {part}"), parts.join(&b'.'), outcome, RULE));
        }
    }
    rows
}

/// Returns the outcome for a header that was changed at random: malformed, or a wrong signature.
fn outcome_of(parts: &[Vec<u8>]) -> Outcome {
    use base64::Engine as _;
    let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(&parts[0]).expect("of the alphabet");
    let header: Option<serde_json::Value> = serde_json::from_slice(&header).ok();
    if header.is_some_and(|header| header["alg"].is_string()) { Rejected } else { Malformed }
}

fn unsigned(claims: &str) -> String {
    format!("{}.{}", base64url(r#"{"alg":"none"}"#), base64url(claims))
}

fn signed_by_jsonwebtoken() -> String {
    let claims = serde_json::json!({
        "iss": authgate_tests::token::ISSUER, "aud": authgate_tests::token::AUDIENCE, "sub": "v", "exp": now() + 9
    });
    encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(SECRET)).expect("encodes")
}

fn other_hash(algorithm: hmac::Algorithm, bytes: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(algorithm, SECRET), bytes).as_ref().to_vec()
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect()
}
