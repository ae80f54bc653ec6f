use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const NOW: u64 = 1_700_000_000;
const TOKEN: &[u8] = b"token";
const WRONG: &str = "WRONG";

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A key of a client.
enum Signer {
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
}

impl Signer {
    fn ec(curve: &'static EcdsaSigningAlgorithm) -> Self {
        Self::Ec(EcdsaKeyPair::generate(curve).unwrap())
    }

    fn p256() -> Self {
        Self::ec(&ECDSA_P256_SHA256_FIXED_SIGNING)
    }

    fn rsa(encoding: &'static dyn RsaEncoding) -> Self {
        Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap(), encoding)
    }

    fn jwk(&self) -> Value {
        match self {
            Self::Ec(key) => {
                let (x, y) =
                    key.public_key().as_ref()[1..].split_at((key.public_key().as_ref().len() - 1) / 2);
                let curve = if x.len() == 32 { "P-256" } else { "P-384" };
                json!({ "kty": "EC", "crv": curve, "x": base64url(x), "y": base64url(y) })
            }
            Self::Ed(key) => json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url(key.public_key()) }),
            Self::Rsa(key, _) => {
                // `RSAPublicKey` in DER: two headers of four bytes, a zero, and 2048 bits.
                let n = &key.public_key().as_ref()[9..265];
                json!({ "kty": "RSA", "n": base64url(n), "e": "AQAB" })
            }
        }
    }

    fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Ec(key) => key.sign(&random, bytes).unwrap().as_ref().to_vec(),
            Self::Ed(key) => key.sign(bytes).as_ref().to_vec(),
            Self::Rsa(key, encoding) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(*encoding, &random, bytes, &mut signature).unwrap();
                signature
            }
        }
    }

    fn proof(&self, header: &str, claims: &str) -> String {
        let signed = format!("{}.{}", base64url(header), base64url(claims));
        let signature = base64url(self.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    fn header(&self, algorithm: &str) -> Value {
        json!({ "typ": "dpop+jwt", "alg": algorithm, "jwk": self.jwk() })
    }
}

fn claims() -> Value {
    json!({
        "jti": "1",
        "htm": "GET",
        "htu": "https://api.example/a",
        "iat": NOW,
        "ath": base64url(Sha256::digest(TOKEN)),
    })
}

fn with(mut object: Value, name: &str, value: Value) -> Value {
    match value {
        Value::Null => drop(object.as_object_mut().unwrap().remove(name)),
        value => drop(object.as_object_mut().unwrap().insert(name.to_owned(), value)),
    }
    object
}

/// Checks a proof for `GET https://api.example/a` with [`TOKEN`].
fn check(proof: &str, nonces: Option<&NonceKey>, now: u64) -> Result<Valid, ProofError> {
    let origin = Origin::parse("https://api.example").unwrap();
    let target = Target { origin: &origin, method: &Method::GET, path: "/a", token_hash: &token_hash(TOKEN) };
    Proof::verify(proof.as_bytes()).map_err(ProofError::Invalid)?.check(target, nonces, 30, at(now))
}

fn failed(proof: &str) -> &'static str {
    match check(proof, None, NOW) {
        Ok(_) => "none",
        Err(ProofError::Invalid(check)) => check,
        Err(ProofError::Nonce) => "nonce",
    }
}

#[test]
fn rfc_9449_examples() {
    let examples: Value =
        serde_json::from_str(include_str!("../../../../vectors/rfc9449/examples.json")).unwrap();
    let text = |example: &str, name: &str| examples[example][name].as_str().unwrap().to_owned();
    // Section 7.1, with the thumbprint of section 6.1.
    let proof = Proof::verify(text("resource", "proof").as_bytes()).unwrap();
    assert_eq!(proof.key.to_string(), text("confirmation", "jkt"));
    let (origin, token) = (Origin::parse(&text("resource", "url")).unwrap(), text("resource", "token"));
    let token_hash = token_hash(token.as_bytes());
    let target =
        Target { origin: &origin, method: &Method::GET, path: "/protectedresource", token_hash: &token_hash };
    let issued = examples["resource"]["iat"].as_u64().unwrap();
    let valid = proof.check(target, None, 30, at(issued + 10)).unwrap();
    assert!(valid.until >= at(issued + 330));
    assert_eq!(proof.check(target, None, 30, at(issued + 331)), Err(ProofError::Invalid("iat")));
    let other = Target { token_hash: "other", ..target };
    assert_eq!(proof.check(other, None, 30, at(issued)), Err(ProofError::Invalid("ath")));
    // Section 4.1: a proof for the token endpoint has a valid signature, and does not name a token.
    assert_eq!(Proof::verify(text("token", "proof").as_bytes()).err(), Some("ath"));
    let altered = text("token", "proof").replace(".2-Gx", ".2-Gy");
    assert_eq!(Proof::verify(altered.as_bytes()).err(), Some("signature"));
}

#[test]
fn each_algorithm_of_the_challenge_is_accepted_with_its_key_only() {
    let signers = [
        ("ES256", Signer::p256()),
        ("EdDSA", Signer::Ed(Ed25519KeyPair::generate().unwrap())),
        ("Ed25519", Signer::Ed(Ed25519KeyPair::generate().unwrap())),
        ("RS256", Signer::rsa(&RSA_PKCS1_SHA256)),
        ("PS256", Signer::rsa(&RSA_PSS_SHA256)),
    ];
    for (algorithm, signer) in &signers {
        for name in ALGORITHM_NAMES.split(' ') {
            let proof = signer.proof(&signer.header(name).to_string(), &claims().to_string());
            let same = *algorithm == name || (algorithm.starts_with("Ed") && name.starts_with("Ed"));
            assert_eq!(failed(&proof) == "none", same, "{algorithm} {name}");
        }
        for (_, other) in &signers {
            let proof = signer.proof(&other.header(algorithm).to_string(), &claims().to_string());
            assert_eq!(failed(&proof) == "none", signer.jwk() == other.jwk(), "{algorithm}");
        }
    }
}

#[test]
fn proof_with_a_wrong_header_is_rejected() {
    let signer = Signer::p256();
    let jwk = signer.jwk();
    let good = signer.header("ES256");
    let p384 = Signer::ec(&ECDSA_P384_SHA384_FIXED_SIGNING);
    for (header, check) in [
        (good.clone(), "none"),
        (with(good.clone(), "typ", json!("DPoP+JWT")), "none"),
        (with(good.clone(), "typ", json!("application/dpop+jwt")), "none"),
        (with(good.clone(), "kid", json!("any")), "none"),
        (with(good.clone(), "jwk", with(jwk.clone(), "use", json!("sig"))), "none"),
        (with(good.clone(), "jwk", with(jwk.clone(), "alg", json!("ES256"))), "none"),
        (with(good.clone(), "typ", Value::Null), "type"),
        (with(good.clone(), "typ", json!("JWT")), "type"),
        (with(good.clone(), "typ", json!("at+jwt")), "type"),
        (with(good.clone(), "typ", json!("dpop")), "type"),
        (with(good.clone(), "typ", json!(1)), "header"),
        (with(good.clone(), "alg", Value::Null), "header"),
        (with(good.clone(), "alg", json!("none")), "header"),
        (with(good.clone(), "alg", json!("HS256")), "algorithm"),
        (with(good.clone(), "alg", json!("RS384")), "algorithm"),
        (with(good.clone(), "alg", json!("RS256")), "key"),
        (with(good.clone(), "crit", json!(["b64"])), "header"),
        (with(good.clone(), "b64", json!(false)), "header"),
        (with(good.clone(), "jwk", Value::Null), "key"),
        (with(good.clone(), "jwk", json!("x")), "key"),
        (with(good.clone(), "jwk", json!([jwk.clone()])), "key"),
        (with(good.clone(), "jwk", json!({})), "key"),
        (with(good.clone(), "jwk", json!({ "kty": "oct", "k": "c2VjcmV0" })), "private key"),
        (with(good.clone(), "jwk", json!({ "kty": "oct" })), "key"),
        (with(good.clone(), "jwk", with(jwk.clone(), "d", json!("AA"))), "private key"),
        (with(good.clone(), "jwk", with(jwk.clone(), "x", Value::Null)), "key"),
        (with(good.clone(), "jwk", with(jwk.clone(), "x", json!(base64url([1; 32])))), "key"),
        (with(good.clone(), "jwk", with(jwk.clone(), "x", json!(base64url([1; 31])))), "key"),
        (with(good.clone(), "jwk", with(jwk.clone(), "crv", json!("P-521"))), "key"),
        (with(good.clone(), "jwk", with(jwk.clone(), "use", json!("enc"))), "key"),
        (with(good.clone(), "jwk", with(jwk.clone(), "alg", json!("ES384"))), "key"),
        (with(good.clone(), "jwk", p384.jwk()), "key"),
    ] {
        let proof = signer.proof(&header.to_string(), &claims().to_string());
        let found = failed(&proof);
        assert_eq!(found, check, "{header}");
    }
    let es384 = p384.proof(&p384.header("ES384").to_string(), &claims().to_string());
    assert_eq!(failed(&es384), "algorithm");
    // RFC 7518 section 3.3: 2048 bits at least. The `kty` is right, and so is the form.
    let small = json!({ "kty": "RSA", "n": base64url([0xC1; 128]), "e": "AQAB" });
    let header = json!({ "typ": "dpop+jwt", "alg": "RS256", "jwk": small });
    assert_eq!(failed(&signer.proof(&header.to_string(), &claims().to_string())), "key");
}

#[test]
fn duplicate_names_are_rejected() {
    let signer = Signer::p256();
    let (header, claims) = (signer.header("ES256").to_string(), claims().to_string());
    let doubled = |json: &str, member: &str| format!("{{{member},{}", &json[1..]);
    for (member, check) in [
        (r#""alg":"ES256""#, "header"),
        (r#""typ":"dpop+jwt""#, "header"),
        (r#""jwk":{}"#, "header"),
        (r#""x":1,"x":1"#, "header"),
    ] {
        assert_eq!(failed(&signer.proof(&doubled(&header, member), &claims)), check, "{member}");
    }
    let jwk = signer.jwk().to_string();
    let header = header.replace(&jwk, &doubled(&jwk, r#""kty":"EC""#));
    assert_eq!(failed(&signer.proof(&header, &claims)), "key");
    for name in ["jti", "htm", "htu", "iat", "ath", "other\":1,\"other"] {
        let header = signer.header("ES256").to_string();
        let proof = signer.proof(&header, &doubled(&claims, &format!("\"{name}\":1")));
        assert_eq!(failed(&proof), "claims", "{name}");
    }
    let nonces = doubled(&claims, r#""nonce":"a","nonce":"a""#);
    assert_eq!(failed(&signer.proof(&signer.header("ES256").to_string(), &nonces)), "claims");
}

#[test]
fn proof_for_another_request_is_rejected() {
    let signer = Signer::p256();
    let header = signer.header("ES256").to_string();
    for (name, value, check) in [
        ("jti", json!("a"), "none"),
        ("jti", json!("x".repeat(256)), "none"),
        ("htu", json!("HTTPS://API.example:443/%61?b=c#d"), "none"),
        ("iat", json!(1_700_000_029.5), "none"),
        ("other", json!({ "a": [1] }), "none"),
        ("nonce", json!("of another server"), "none"),
        ("jti", Value::Null, "jti"),
        ("jti", json!(""), "jti"),
        ("jti", json!("x".repeat(257)), "jti"),
        ("jti", json!(1), "claims"),
        ("htm", Value::Null, "htm"),
        ("htm", json!("get"), "htm"),
        ("htm", json!("POST"), "htm"),
        ("htm", json!(["GET"]), "claims"),
        ("htu", Value::Null, "htu"),
        ("htu", json!("https://api.example/b"), "htu"),
        ("htu", json!("https://evil.example/a"), "htu"),
        ("htu", json!("http://api.example/a"), "htu"),
        ("htu", json!("/a"), "htu"),
        ("iat", Value::Null, "iat"),
        ("iat", json!("1700000000"), "claims"),
        ("iat", json!(NOW + 31), "iat"),
        ("iat", json!(NOW - 331), "iat"),
        ("iat", json!(-1), "iat"),
        ("iat", json!(1e300), "iat"),
        ("iat", json!(-1e300), "iat"),
        ("ath", Value::Null, "ath"),
        ("ath", json!(base64url(Sha256::digest("other"))), "ath"),
        ("ath", json!(base64url(Sha256::digest(TOKEN)) + "="), "ath"),
    ] {
        let claims = with(claims(), name, value);
        let found = failed(&signer.proof(&header, &claims.to_string()));
        assert_eq!(found, check, "{claims}");
    }
    for payload in ["", "[]", "{}", "1", "\u{fffd}"] {
        assert_ne!(failed(&signer.proof(&header, payload)), "none", "{payload}");
    }
}

#[test]
fn exactly_one_proof_of_bounded_size_is_required() {
    let signer = Signer::p256();
    let header = signer.header("ES256").to_string();
    let proof = signer.proof(&header, &claims().to_string());
    let fields = |values: &[&str]| {
        let values: Vec<_> = values.iter().map(|value| HeaderValue::from_str(value).unwrap()).collect();
        Proof::read(&values).err()
    };
    assert_eq!(fields(&[&proof]), None);
    assert_eq!(fields(&[]), Some("missing proof"));
    assert_eq!(fields(&[&proof, &proof]), Some("two proofs"));
    for form in [
        String::new(),
        WRONG.to_owned(),
        format!("{proof}, {proof}"),
        format!("{proof}="),
        format!("DPoP {proof}"),
        signer.proof(&header, &with(claims(), "x", json!("x".repeat(8000))).to_string()),
    ] {
        assert_eq!(fields(&[&form]), Some("form"), "{form}");
    }
}

/// RFC 9449 section 11.1: with a nonce, only the clock of the server counts.
#[test]
fn nonce_replaces_the_clock_of_the_client() {
    let (signer, key) = (Signer::p256(), NonceKey::new([7; 32]).unwrap());
    let header = signer.header("ES256").to_string();
    let ask = |nonce: Value, iat: u64, now: u64| {
        let claims = with(with(claims(), "nonce", nonce), "iat", json!(iat));
        check(&signer.proof(&header, &claims.to_string()), Some(&key), now)
    };
    let nonce = json!(key.nonce(at(NOW)));
    for iat in [0, NOW - 3600, NOW, NOW + 3600] {
        let valid = ask(nonce.clone(), iat, NOW).unwrap();
        assert!(!valid.is_nonce_ending && valid.until > at(NOW + 120), "{iat}");
    }
    assert!(ask(nonce.clone(), NOW, NOW + 120).unwrap().is_nonce_ending);
    for (nonce, now) in [(Value::Null, NOW), (json!(""), NOW), (json!("x"), NOW), (nonce, NOW + 300)] {
        assert_eq!(ask(nonce, NOW, now), Err(ProofError::Nonce));
    }
}

#[test]
fn replay_key_depends_on_the_key_and_the_id_only() {
    let (one, other) = (Signer::p256(), Signer::p256());
    let replay_key = |signer: &Signer, id: &str, iat: u64| {
        let claims = with(with(claims(), "jti", json!(id)), "iat", json!(iat));
        let proof = signer.proof(&signer.header("ES256").to_string(), &claims.to_string());
        check(&proof, None, NOW).unwrap().replay_key
    };
    assert_eq!(replay_key(&one, "a", NOW), replay_key(&one, "a", NOW - 1));
    assert_ne!(replay_key(&one, "a", NOW), replay_key(&one, "b", NOW));
    assert_ne!(replay_key(&one, "a", NOW), replay_key(&other, "a", NOW));
}

/// Keycloak #43505: a proof must be known as used for as long as it is accepted.
#[test]
fn proof_is_never_accepted_after_its_record_expires() {
    let signer = Signer::p256();
    for iat in [1_700_000_000.0, 1_700_000_000.999] {
        let claims = with(claims(), "iat", json!(iat));
        let proof = signer.proof(&signer.header("ES256").to_string(), &claims.to_string());
        let valid = check(&proof, None, NOW - 20).unwrap();
        for now in NOW - 20..NOW + 400 {
            assert!(check(&proof, None, now).is_err() || at(now) <= valid.until, "{iat} {now}");
        }
        assert!(check(&proof, None, NOW + 330).is_ok() && check(&proof, None, NOW + 331).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    #[cfg_attr(miri, ignore = "takes minutes in Miri")]
    fn arbitrary_bytes_are_rejected(proof in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Proof::verify(&proof).is_err());
    }

    #[test]
    #[cfg_attr(miri, ignore = "takes minutes in Miri")]
    fn arbitrary_header_and_claims_are_rejected(header in any::<String>(), claims in any::<String>()) {
        let signer = Signer::Ed(Ed25519KeyPair::generate().unwrap());
        prop_assert!(Proof::verify(signer.proof(&header, &claims).as_bytes()).is_err());
        let good = signer.header("EdDSA").to_string();
        prop_assert!(Proof::verify(signer.proof(&good, &claims).as_bytes()).is_err());
    }

    /// A valid proof with one changed byte is rejected.
    #[test]
    #[cfg_attr(miri, ignore = "takes minutes in Miri")]
    fn proof_with_one_changed_byte_is_rejected(at_byte in any::<prop::sample::Index>(), to in any::<u8>()) {
        let signer = Signer::Ed(Ed25519KeyPair::generate().unwrap());
        let good = signer.proof(&signer.header("EdDSA").to_string(), &claims().to_string()).into_bytes();
        let mut proof = good.clone();
        let index = at_byte.index(proof.len());
        proof[index] = to;
        prop_assert_eq!(Proof::verify(&proof).is_ok(), proof == good);
    }
}
