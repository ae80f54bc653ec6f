use authgate::scheme::{Algorithm, Keys};

use crate::app::App;
use crate::oracle::{AUDIENCE, ISSUER, base64};

/// A JWK Set. The keys of an accepted set are public, and its content does not allow forging
/// tokens. An error is one line of bounded length.
pub fn jwk_set(data: &[u8]) {
    let keys = match Keys::jwks(data) {
        Ok(keys) => keys,
        Err(error) => {
            let text = error.to_string();
            assert!(!text.is_empty() && !text.contains(['\n', '\r']), "{text:?}");
            assert!(text.len() < 1000 + 10 * data.len(), "{}", text.len());
            return;
        }
    };
    let set: serde_json::Value = serde_json::from_slice(data).expect("what is taken is JSON");
    let members = set["keys"].as_array().expect("what is taken is a set");
    let shown = without_quoted(&format!("{keys:?}"));
    let public = Algorithm::ALL.iter().map(ToString::to_string).filter(|it| !it.starts_with("HS"));
    let public: Vec<String> = public.collect();
    assert!(public.iter().any(|known| shown.contains(known)), "{shown}");
    assert!(!shown.contains("HS"), "{shown}");

    // The public content of the set is not enough to sign a token. Neither is an empty signature.
    let app = App::of_bearer(keys);
    let claims = format!(r#"{{"iss":"{ISSUER}","aud":"{AUDIENCE}","sub":"vera","exp":9999999999}}"#);
    let one = members.iter().find(|key| key["x"].is_string() || key["n"].is_string());
    let material = one.and_then(|key| key["x"].as_str().or(key["n"].as_str())).unwrap_or_default();
    for algorithm in ["none", "HS256"].into_iter().chain(public.iter().map(String::as_str)) {
        let signed = format!(
            "{}.{}",
            base64::encode(format!(r#"{{"alg":"{algorithm}"}}"#).as_bytes()),
            base64::encode(claims.as_bytes())
        );
        for key in [data, material.as_bytes()] {
            let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key);
            let tag = aws_lc_rs::hmac::sign(&key, signed.as_bytes());
            let zeros = vec![0; if algorithm == "ES384" { 96 } else { 64 }];
            for signature in [tag.as_ref(), &zeros, &[]] {
                let token = format!("{signed}.{}", base64::encode(signature));
                assert_eq!(app.authenticated_subject(token.as_bytes()), None, "{algorithm}");
            }
        }
    }
}

/// Removes quoted ids, which can contain any text.
fn without_quoted(text: &str) -> String {
    let (mut quoted, mut escaped) = (false, false);
    let kept = text.chars().filter(|letter| {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            _ => return !quoted,
        }
        false
    });
    kept.collect()
}
