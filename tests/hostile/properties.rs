//! Any request gets a response, and never a wrong one.

mod sets;

use std::sync::OnceLock;

use authgate_tests::app::{Ran, app};
use authgate_tests::ask::{Answer, send};
use axum::body::Body;
use http::{HeaderValue, Request};
use proptest::prelude::*;
use tokio::runtime::Runtime;

use crate::outcome::is_safe;
use crate::raw::{Claims, HEADER, base64url, good, signed_by, token};

fn shared() -> &'static (Runtime, axum::Router, Ran) {
    static SHARED: OnceLock<(Runtime, axum::Router, Ran)> = OnceLock::new();
    SHARED.get_or_init(|| {
        let (app, ran) = app();
        (Runtime::new().expect("a runtime"), app, ran)
    })
}

fn answer(fields: &[(&str, HeaderValue)]) -> Answer {
    let (runtime, app, _) = shared();
    let mut request = Request::get("/me");
    for (name, value) in fields {
        request = request.header(*name, value);
    }
    runtime.block_on(send(app, request.body(Body::empty()).expect("a request")))
}

/// Returns the response to an `Authorization` field with these bytes, or `None` if a server would
/// not accept them.
fn authorization(bytes: &[u8]) -> Option<Answer> {
    Some(answer(&[("authorization", HeaderValue::from_bytes(bytes).ok()?)]))
}

fn bearer(token: &str) -> Answer {
    authorization(format!("Bearer {token}").as_bytes()).expect("ASCII")
}

fn is_denial(answer: &Answer) -> bool {
    matches!(answer.status.as_u16(), 400 | 401) && answer.challenges().len() == 1 && is_safe(answer)
}

/// Returns bytes that a field value can contain.
fn field_bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    let byte = any::<u8>().prop_filter("allowed", |byte| HeaderValue::from_bytes(&[*byte]).is_ok());
    prop::collection::vec(byte, 0..most)
}

/// Returns random JSON.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|it| it.to_string()),
        any::<i64>().prop_map(|it| it.to_string()),
        any::<f64>().prop_filter("JSON", |it| it.is_finite()).prop_map(|it| format!("{it:e}")),
        any::<String>().prop_map(|it| serde_json::to_string(&it).expect("JSON")),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|all| format!("[{}]", all.join(","))),
            prop::collection::vec(("[a-e]{1,2}", inner), 0..5).prop_map(|all| {
                let all: Vec<_> = all.iter().map(|(name, json)| format!("\"{name}\":{json}")).collect();
                format!("{{{}}}", all.join(","))
            }),
        ]
    })
}

const REGISTERED: [&str; 11] =
    ["iss", "aud", "exp", "nbf", "iat", "jti", "sub", "cnf", "auth_time", "roles", "scope"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// RFC 9110 section 5.3, and RFC 6750 sections 2.1 and 3.1: always 400 or 401.
    #[test]
    fn any_authorization_field_is_denied(bytes in field_bytes(200)) {
        prop_assert!(is_denial(&authorization(&bytes).expect("a field value")));
    }

    #[test]
    fn any_random_credential_is_denied(
        scheme in "(?i:bearer|basic|dpop)", between in "[ \t:=\",]{0,4}", bytes in field_bytes(200),
    ) {
        let answer = authorization(&[scheme.as_bytes(), between.as_bytes(), &bytes].concat());
        prop_assert!(is_denial(&answer.expect("a field value")));
    }

    /// RFC 7515 section 5.2.
    #[test]
    fn token_with_a_random_segment_is_denied(which in 0_usize..3, bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let good = good();
        let mut parts: Vec<_> = good.split('.').map(str::to_owned).collect();
        parts[which] = base64url(&bytes);
        prop_assert!(is_denial(&bearer(&parts.join("."))));
    }

    /// The signature is valid, so the rest of the verification must reject the content.
    #[test]
    fn signed_random_bytes_are_denied(
        header in prop::option::of(prop::collection::vec(any::<u8>(), 0..100)),
        claims in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let header = header.unwrap_or_else(|| HEADER.into());
        prop_assert!(is_denial(&bearer(&token(header, claims))));
    }

    /// RFC 7519 section 4.1: a claim of any type is rejected or changes nothing. A claim that is
    /// not a string never sets an issuer or a subject.
    #[test]
    fn random_claim_is_denied_or_changes_nothing(name in prop::sample::select(&REGISTERED[..]), json in json()) {
        let token = token(HEADER, Claims::good().with(name, &json).json());
        let answer = bearer(&token);
        prop_assert!(answer.status == 200 || is_denial(&answer), "{name} {json}: {}", answer.status);
        if matches!(name, "iss" | "sub") && !json.starts_with('"') || matches!(name, "cnf" | "aud") {
            prop_assert_eq!(answer.status, 401, "{} {}", name, json);
        }
        if name == "sub" && answer.status == 200 {
            prop_assert_eq!(&answer.body, &serde_json::from_str::<String>(&json).expect("a string"));
        }
    }

    /// RFC 7515 section 4.1: the same for members of the header.
    #[test]
    fn random_header_member_is_denied_or_changes_nothing(
        name in prop::sample::select(&["alg", "typ", "cty", "kid", "crit", "b64", "jwk", "jku", "x5c", "zip"][..]),
        json in json(),
    ) {
        let header = if name == "alg" { format!("{{\"alg\":{json}}}") } else { format!("{{\"alg\":\"HS256\",\"{name}\":{json}}}") };
        let token = token(header, Claims::good().json());
        let answer = bearer(&token);
        prop_assert!(answer.status == 200 || is_denial(&answer));
        if matches!(name, "alg" | "crit" | "kid" | "typ") {
            prop_assert_eq!(answer.status, 401, "{} {}", name, json);
        }
    }

    /// RFC 9068 section 4: flipping any bit invalidates a signature.
    #[test]
    fn any_flipped_signature_bit_is_rejected(bit in 0_usize..256) {
        let token = signed_by(HEADER, Claims::good().json(), |bytes| {
            let mut signature = crate::raw::hs256(authgate_tests::token::SECRET, bytes);
            signature[bit / 8] ^= 1 << (bit % 8);
            signature
        });
        let answer = bearer(&token);
        prop_assert_eq!(answer.reason(), "credentials_rejected");
    }

    /// RFC 9110 sections 12.5.5 and 15.5.5, and RFC 6750 section 3: `Accept` selects one of three
    /// bodies and changes nothing else.
    #[test]
    fn accept_selects_only_the_body_format(
        lines in prop::collection::vec(prop_oneof![
            field_bytes(120),
            "((text|application|\\*)/(html|plain|json|problem\\+json|\\*)(;q=[0-9.]{0,6})?(,|;| ){0,3}){0,8}".prop_map(String::into_bytes),
        ], 0..4),
    ) {
        let fields: Vec<_> = lines.iter().map(|line| ("accept", HeaderValue::from_bytes(line).expect("a field value"))).collect();
        let answer = answer(&fields);
        prop_assert_eq!(answer.status, 401);
        prop_assert_eq!(answer.challenges(), [r#"Bearer realm="api""#]);
        prop_assert!(is_safe(&answer));
        let forms = ["application/problem+json", "text/html; charset=utf-8", "text/plain; charset=utf-8"];
        prop_assert!(forms.contains(&answer.header("content-type").expect("a type")));
        prop_assert!(!answer.body.is_empty(), "RFC 9110 section 15.5");
    }
}
