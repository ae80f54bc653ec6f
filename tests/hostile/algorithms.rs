//! Keys and algorithms. A signature of one key or algorithm must not verify with another (RFC 8725
//! sections 3.1 and 3.8).

use authgate::Gate;
use authgate::scheme::{Algorithm, Bearer, Keys, bearer::Complete};
use authgate_tests::app::{App, Ran, User, routes};
use authgate_tests::ask::ask_with;
use authgate_tests::token::{AUDIENCE, ISSUER};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};

use crate::raw::{Claims, hs256, signed_by};
use crate::signer::{Signer, algorithms, set};

fn app_of(bearer: Bearer<Complete>) -> axum::Router {
    let gate = Gate::<User>::builder().scheme(bearer.realm("api")).build().expect("complete");
    routes().with_state(App { gate, ran: Ran::default() })
}

fn app_with(keys: Keys) -> axum::Router {
    app_of(Bearer::jwt(keys).issuer(ISSUER).audience(AUDIENCE))
}

async fn status(app: &axum::Router, token: &str) -> u16 {
    ask_with(app, "GET /me", token).await.status.as_u16()
}

#[tokio::test]
async fn key_verifies_only_its_own_algorithm() {
    let (signer, claims) = (Signer::new(), Claims::good().json());
    let mut judged = 0;
    for of_key in algorithms() {
        for keys in signer.keys(of_key) {
            let app = app_with(keys);
            for of_token in algorithms() {
                // A valid signature of each algorithm. All RSA algorithms use the same key, and all
                // HMAC algorithms the same secret.
                let expected = if of_token == of_key { 200 } else { 401 };
                let token = signer.token(&of_token.to_string(), of_token, &claims);
                assert_eq!(status(&app, &token).await, expected, "a {of_token} token, a {of_key} key");
                // The header names one algorithm, and the signature uses the other.
                for (named, signed) in [(of_key, of_token), (of_token, of_key)] {
                    let token = signer.token(&named.to_string(), signed, &claims);
                    assert_eq!(
                        status(&app, &token).await,
                        expected,
                        "{named} said, {signed} signed, {of_key} key"
                    );
                }
                judged += 3;
            }
        }
    }
    assert_eq!(judged, (3 + 9 * 2) * 12 * 3);
}

/// The classic confusion of RS256 with HS256: public key material must not verify as an HMAC
/// secret.
#[tokio::test]
async fn public_key_is_not_accepted_as_an_hmac_secret() {
    let (signer, claims) = (Signer::new(), Claims::good().json());
    for algorithm in algorithms().filter(|it| !it.to_string().starts_with("HS")) {
        let (pem, der, jwk) = (signer.pem(algorithm), signer.public(algorithm), signer.jwk(algorithm, ""));
        let secrets: [&[u8]; 8] = [
            pem.as_bytes(),
            pem.trim_end().as_bytes(),
            &der,
            jwk.as_bytes(),
            set(std::slice::from_ref(&jwk)).leak().as_bytes(),
            der.last_chunk::<32>().expect("longer"),
            der.rsplit(|byte| *byte == 4).next().expect("a part"),
            b"",
        ];
        for keys in signer.keys(algorithm) {
            let app = app_with(keys.and(Keys::hs256([7; 32]).expect("long enough")));
            for secret in secrets {
                for named in ["HS256", &algorithm.to_string()] {
                    let token = signed_by(format!(r#"{{"alg":"{named}"}}"#), &claims, |it| hs256(secret, it));
                    assert_eq!(status(&app, &token).await, 401, "{algorithm} as the secret of {named}");
                }
            }
        }
    }
}

#[tokio::test]
async fn malformed_ecdsa_signatures_are_rejected() {
    let (signer, claims) = (Signer::new(), Claims::good().json());
    let header = r#"{"alg":"ES256"}"#;
    let app = app_with(Keys::pem(signer.pem(Algorithm::ES256)).expect("a key"));
    for (what, signature) in [
        ("r and s zero (CVE-2022-21449)", vec![0; 64]),
        ("r and s one", [[0; 31].as_slice(), &[1], &[0; 31], &[1]].concat()),
        ("all ones", vec![255; 64]),
        ("a DER sequence of zeros", vec![0x30, 6, 2, 1, 0, 2, 1, 0]),
        ("nothing", vec![]),
    ] {
        assert_eq!(status(&app, &signed_by(header, &claims, |_| signature)).await, 401, "{what}");
    }
    let good = |bytes: &[u8]| signer.sign(Algorithm::ES256, bytes);
    assert_eq!(status(&app, &signed_by(header, &claims, good)).await, 200);
    let longer = |bytes: &[u8]| [good(bytes), vec![0]].concat();
    assert_eq!(status(&app, &signed_by(header, &claims, longer)).await, 401);
    let half = |bytes: &[u8]| good(bytes)[..32].to_vec();
    assert_eq!(status(&app, &signed_by(header, &claims, half)).await, 401);
    // RFC 7518 section 3.4: r and s are concatenated, not encoded in DER.
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
    let der = der_of_p256(&key);
    let app = app_with(Keys::pem(der).expect("a key"));
    let random = aws_lc_rs::rand::SystemRandom::new();
    let token = signed_by(header, &claims, |it| key.sign(&random, it).expect("signs").as_ref().to_vec());
    assert_eq!(status(&app, &token).await, 401, "ES256 in DER form");
}

fn der_of_p256(key: &EcdsaKeyPair) -> String {
    use aws_lc_rs::encoding::AsDer as _;
    use aws_lc_rs::signature::KeyPair as _;
    use base64::Engine as _;
    let der = key.public_key().as_der().expect("encodes");
    let text = base64::engine::general_purpose::STANDARD.encode(der.as_ref());
    format!("-----BEGIN PUBLIC KEY-----\n{}\n{}\n-----END PUBLIC KEY-----\n", &text[..64], &text[64..])
}

/// RSA needs 2048 bits and a proper exponent. With the exponent 1, anyone can sign.
#[test]
fn weak_keys_are_rejected() {
    let n = |bytes: usize| crate::raw::base64url(vec![0xfd; bytes]);
    for (n, e) in [
        (n(256), "AQ"),
        (n(256), "AA"),
        (n(256), "Ag"),
        (n(256), ""),
        (n(128), "AQAB"),
        (String::new(), "AQAB"),
    ] {
        assert!(Keys::jwks(format!(r#"{{"keys":[{{"kty":"RSA","n":"{n}","e":"{e}"}}]}}"#)).is_err(), "e {e}");
    }
    let zeros = crate::raw::base64url([0; 32]);
    for key in [
        format!(r#"{{"kty":"EC","crv":"P-256","x":"{zeros}","y":"{zeros}"}}"#),
        r#"{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#.to_owned(),
    ] {
        assert!(Keys::jwks(set(std::slice::from_ref(&key))).is_err(), "{key}");
    }
}

#[tokio::test]
async fn key_is_accepted_only_for_its_issuer() {
    let (a, b) = (Signer::new(), Signer::new());
    let set_of = |signer: &Signer, kid: &str| {
        Keys::jwks(set(&[signer.jwk(Algorithm::ES256, &format!(r#","kid":"{kid}""#))])).expect("a set")
    };
    let other = "https://other.example";
    // Both issuers use the same key id, because ids are scoped to an issuer.
    let bearer = Bearer::jwt(set_of(&a, "k")).issuer(ISSUER).audience(AUDIENCE).trust(other, set_of(&b, "k"));
    let app = app_of(bearer);
    let from = |iss: &str| Claims::good().with("iss", &format!("\"{iss}\"")).json();
    for (signer, iss, expected) in [
        (&a, ISSUER, 200),
        (&b, other, 200),
        (&a, other, 401),
        (&b, ISSUER, 401),
        (&a, "https://third.example", 401),
        (&b, "", 401),
    ] {
        assert_eq!(
            status(&app, &signer.token("ES256", Algorithm::ES256, &from(iss))).await,
            expected,
            "{iss}"
        );
        assert_eq!(
            status(&app, &signer.token_of("k", Algorithm::ES256, &from(iss))).await,
            expected,
            "{iss}"
        );
    }
}

/// RFC 7517 section 4.5: an id selects a key. During rotation, old and new keys coexist.
#[tokio::test]
async fn kid_selects_the_key() {
    let (old, new, gone) = (Signer::new(), Signer::new(), Signer::new());
    let jwk = |signer: &Signer, kid: &str| signer.jwk(Algorithm::EdDSA, &format!(r#","kid":"{kid}""#));
    let app = app_with(Keys::jwks(set(&[jwk(&old, "1"), jwk(&new, "2")])).expect("a set"));
    let claims = Claims::good().json();
    for (signer, kid, expected) in [
        (&old, "1", 200),
        (&new, "2", 200),
        (&old, "2", 401),
        (&new, "1", 401),
        (&old, "3", 401),
        (&old, "", 401),
        (&old, "1 ", 401),
        (&gone, "1", 401),
    ] {
        assert_eq!(
            status(&app, &signer.token_of(kid, Algorithm::EdDSA, &claims)).await,
            expected,
            "kid {kid:?}"
        );
    }
    for (signer, expected) in [(&old, 200), (&new, 200), (&gone, 401)] {
        assert_eq!(status(&app, &signer.token("EdDSA", Algorithm::EdDSA, &claims)).await, expected, "no kid");
        assert_eq!(
            status(&app, &signer.token("Ed25519", Algorithm::EdDSA, &claims)).await,
            expected,
            "RFC 9864 section 2"
        );
    }
    // Two keys with the same id, which real sets have contained: either may verify.
    let app = app_with(Keys::jwks(set(&[jwk(&old, "1"), jwk(&new, "1")])).expect("a set"));
    for (signer, expected) in [(&old, 200), (&new, 200), (&gone, 401)] {
        assert_eq!(
            status(&app, &signer.token_of("1", Algorithm::EdDSA, &claims)).await,
            expected,
            "shared kid"
        );
    }
}

/// RFC 9068 section 4.
#[tokio::test]
async fn require_at_jwt_accepts_only_access_tokens() {
    let signer = Signer::new();
    let keys = Keys::hs512(signer.public(Algorithm::HS512)).expect("long enough");
    let app = app_of(Bearer::jwt(keys).issuer(ISSUER).audience(AUDIENCE).require_at_jwt());
    for (typ, expected) in [
        (r#","typ":"at+jwt""#, 200),
        (r#","typ":"AT+JWT""#, 200),
        (r#","typ":"application/at+jwt""#, 200),
        (r#","typ":"JWT""#, 401),
        ("", 401),
        (r#","typ":"""#, 401),
        (r#","typ":"at+jwt ""#, 401),
        (r#","typ":"text/at+jwt""#, 401),
        (r#","cty":"at+jwt""#, 401),
    ] {
        let token = signed_by(format!(r#"{{"alg":"HS512"{typ}}}"#), Claims::good().json(), |it| {
            signer.sign(Algorithm::HS512, it)
        });
        assert_eq!(status(&app, &token).await, expected, "{typ}");
    }
}

/// Keys without `alg` get their algorithms from the configuration, and never from a token.
#[tokio::test]
async fn configured_algorithms_apply_to_keys_that_name_none() {
    use Algorithm::{ES256, ES384, EdDSA, HS256, PS256, PS384, RS256};
    let (signer, claims) = (Signer::new(), Claims::good().json());
    let jwk = |algorithm: Algorithm| {
        let named = signer.jwk(algorithm, "");
        (named.clone(), named.replace(&format!(r#","alg":"{algorithm}""#), ""))
    };
    let ((rsa_named, rsa), (_, p256), (_, ed)) = (jwk(RS256), jwk(ES256), jwk(EdDSA));
    let keys = |jwks: &[&String]| Keys::jwks(set(&jwks.iter().copied().cloned().collect::<Vec<_>>()));
    let pem = || Keys::pem(signer.pem(RS256)).expect("a key");
    for (keys, configured) in [
        (keys(&[&rsa]), &[PS256][..]),
        (keys(&[&rsa]), &[RS256, PS384, RS256]),
        (keys(&[&rsa, &p256, &ed]), &[PS256, ES256, EdDSA]),
        (keys(&[&rsa_named, &p256]), &[RS256, ES256]),
        (Ok(pem()), &[PS256]),
        (Keys::hs256([7; 32]).map(|secret| secret.and(pem())), &[HS256, RS256]),
    ] {
        let app = app_with(keys.and_then(|keys| keys.algorithms(configured.iter().copied())).expect("match"));
        for algorithm in algorithms().filter(|it| !it.to_string().starts_with("HS")) {
            let expected = if configured.contains(&algorithm) { 200 } else { 401 };
            let token = signer.token(&algorithm.to_string(), algorithm, &claims);
            assert_eq!(status(&app, &token).await, expected, "{algorithm} of {configured:?}");
        }
    }
    for (keys, configured, expected) in [
        (keys(&[&rsa]), &[ES256][..], "the key RS256 cannot be used with any of the algorithms [ES256]"),
        (keys(&[&rsa]), &[HS256], "cannot be used with any of the algorithms [HS256]"),
        (keys(&[&rsa_named]), &[PS256], "cannot be used"),
        (keys(&[&rsa, &p256]), &[RS256], "the key ES256 cannot be used"),
        (keys(&[&rsa]), &[RS256, ES384], "no key can be used with ES384"),
        (keys(&[&rsa]), &[], "cannot be used with any of the algorithms []"),
        (Keys::pem_for(PS256, signer.pem(RS256)), &[RS256], "the key PS256 cannot be used"),
        (Keys::hs256([7; 32]), &[RS256], "the key HS256 cannot be used"),
    ] {
        let error = keys.and_then(|keys| keys.algorithms(configured.iter().copied())).expect_err("differs");
        assert!(error.to_string().contains(expected), "{error}");
    }
}
