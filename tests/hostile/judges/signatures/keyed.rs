//! The other libraries, with a key.

use authgate::scheme::Algorithm;
use jsonwebtoken::DecodingKey;
use jwt_compact::alg::{Ed25519, Es256, Hs384, Hs384Key, Hs512, Hs512Key, Rsa};
use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::jwk::JsonWebKey;
use jwt_compact::{Algorithm as JwtCompact, UntrustedToken};
use p384::ecdsa::{Signature, VerifyingKey, signature::Verifier as _};

use super::super::verdict::{Judge, Named, Verdict, check_claims, jsonwebtoken, jwt_compact};
use crate::signer::Signer;

pub(super) struct Keyed {
    algorithm: Algorithm,
    key: DecodingKey,
    second: Box<dyn Fn(&str) -> bool>,
}

impl Keyed {
    pub(super) fn new(signer: &Signer, algorithm: Algorithm) -> Self {
        let public = signer.public(algorithm);
        let key = match algorithm {
            Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => DecodingKey::from_secret(&public),
            _ => {
                let jwk = serde_json::from_str(&signer.jwk(algorithm, "")).expect("a JWK");
                DecodingKey::from_jwk(&jwk).expect("a key")
            }
        };
        Self { algorithm, key, second: jwt_compact_verifier(&public, &signer.jwk(algorithm, ""), algorithm) }
    }

    pub(super) fn judged(&self, judge: Judge, token: &str) -> Verdict {
        let taken = match judge {
            Judge::JsonWebToken => {
                let algorithm = self.algorithm.to_string().parse().expect("one that it knows");
                jsonwebtoken(token, algorithm, &self.key)
            }
            Judge::JwtCompact => (self.second)(token),
        };
        if taken { Verdict::Taken } else { Verdict::Refused }
    }
}

fn jwt_compact_verifier(public: &[u8], jwk: &str, algorithm: Algorithm) -> Box<dyn Fn(&str) -> bool> {
    fn with<A: JwtCompact + 'static>(algorithm: A, key: A::VerifyingKey) -> Box<dyn Fn(&str) -> bool>
    where
        A::VerifyingKey: 'static,
    {
        Box::new(move |token| jwt_compact(token, &algorithm, &key).is_some())
    }
    let read = || serde_json::from_str::<JsonWebKey<'_>>(jwk).expect("a JWK");
    let rsa = |algorithm| with::<Rsa>(algorithm, (&read()).try_into().expect("a key"));
    match algorithm {
        Algorithm::HS256 => with(Hs256, Hs256Key::new(public)),
        Algorithm::HS384 => with(Hs384, Hs384Key::new(public)),
        Algorithm::HS512 => with(Hs512, Hs512Key::new(public)),
        Algorithm::RS256 => rsa(Rsa::rs256()),
        Algorithm::RS384 => rsa(Rsa::rs384()),
        Algorithm::RS512 => rsa(Rsa::rs512()),
        Algorithm::PS256 => rsa(Rsa::ps256()),
        Algorithm::PS384 => rsa(Rsa::ps384()),
        Algorithm::PS512 => rsa(Rsa::ps512()),
        Algorithm::ES256 => with(Es256, (&read()).try_into().expect("a key")),
        Algorithm::EdDSA => with(Ed25519, (&read()).try_into().expect("a key")),
        Algorithm::ES384 => {
            let JsonWebKey::EllipticCurve { x, y, .. } = read() else { panic!("a curve") };
            let point = [&[4], &*x, &*y].concat();
            let key = VerifyingKey::from_sec1_bytes(&point).expect("a point");
            Box::new(move |token| es384(token, &key).is_some())
        }
        other => unreachable!("{other}"),
    }
}

/// Verifies ES384, the only algorithm that jwt-compact lacks, in the same way as jwt-compact.
fn es384(token: &str, key: &VerifyingKey) -> Option<()> {
    let (signed, _) = token.rsplit_once('.')?;
    let token = UntrustedToken::new(token).ok()?;
    if token.algorithm() != "ES384" {
        return None;
    }
    let signature = Signature::from_slice(token.signature_bytes()).ok()?;
    key.verify(signed.as_bytes(), &signature).ok()?;
    check_claims(&token.deserialize_claims_unchecked::<Named>().ok()?)
}
