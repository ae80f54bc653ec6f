//! Prints every public type that is created from a secret.

use std::time::Duration;

use authgate::credentials::{Credentials, RequestCredentials};
use authgate::denial::{Challenge, CredentialError};
use authgate::password::{Htpasswd, Passwords};
use authgate::scheme::api_key::{InMemoryApiKeys, KeyDigest, KeyRecord, NewKey};
use authgate::scheme::digest::{Ha1, InMemoryDigestUsers};
use authgate::scheme::{
    Algorithm, Answer, ApiKey, Basic, Bearer, Digest, Identity, Keys, Login, Outcome, Scheme,
};
use authgate::session::{Account, Sessions};
use authgate::testing::{TestGate, principal};
use authgate::{Context, Gate};
use authgate_tests::app::{User, app, gate};
use authgate_tests::digest::Caller;
use authgate_tests::session::{People, Site};
use authgate_tests::token::{AUDIENCE, ISSUER, SECRET};
use http::HeaderValue;

use super::forms::{Printed, Secret};
use crate::raw::{Claims, HEADER, base64url, good, token};
use crate::signer::{Signer, set};

const PASSWORD: &str = "correct horse battery staple";
/// Longer than the output of every HMAC hash.
const KEY: &[u8; 70] = b"the key of all of these, which nobody but the test may ever get to see";

fn user() -> User {
    User::new("vera", &[], &[])
}

/// Prints its arguments and its results.
struct Prints(std::sync::Arc<std::sync::Mutex<Printed>>);

impl Scheme<User> for Prints {
    fn challenge(&self) -> Challenge {
        Challenge::new("Bearer").realm("api")
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<User> {
        let mut printed = self.0.lock().expect("no panic");
        printed.debug("Presented", &presented);
        printed.debug("Authorization", &presented.authorization());
        printed.debug("the header fields of Presented", presented.headers());
        let identity = Identity::new(user(), Context::of("Bearer"));
        printed.debug("Identity", &identity);
        let answer: Answer<User> = Outcome::Authenticated(identity).into();
        printed.debug("Answer", &answer);
        answer
    }
}

#[test]
fn debug_output_and_errors_contain_no_key() {
    let mut printed = Printed::default();
    let signer = Signer::new();
    let all = Keys::hs256(KEY)
        .expect("long")
        .and(Keys::hs384(KEY).expect("long"))
        .and(Keys::hs512(KEY).expect("long"));
    printed.debug("Keys", &all);
    let public = Keys::pem(signer.pem(Algorithm::ES256)).expect("a key");
    let bearer = || Bearer::jwt(all.clone().with_id("k")).issuer(ISSUER).audience(AUDIENCE).realm("api");
    printed.debug("Bearer", &bearer().trust("https://other.example", public));
    printed.debug("GateBuilder", &Gate::<User>::builder().scheme(bearer()));
    let gate = Gate::<User>::builder().scheme(bearer()).build().expect("complete");
    printed.debug("Gate", &gate);
    let twice = bearer().trust("https://other.example", Keys::hs256(KEY).expect("long"));
    printed.error("ConfigError", Gate::<User>::builder().scheme(twice).build().expect_err("a shared key"));

    // Invalid keys, which could be secrets of another kind.
    let short = &KEY[..20];
    let private = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", base64url(short));
    let oct = format!(r#"{{"kty":"oct","k":"{}"}}"#, base64url(KEY));
    let broken = format!(r#"{{"kty":"RSA","n":"{0}","e":"{0}","d":"{0}"}}"#, base64url(KEY));
    let not_base64 = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{}="}}"#, base64url(KEY));
    let text = std::str::from_utf8(KEY).expect("text");
    for error in [
        Keys::hs256(short),
        Keys::hs384(short),
        Keys::hs512(short),
        Keys::hs256(&private),
        Keys::pem(&private),
        Keys::pem(KEY),
        Keys::pem(private.replace("PRIVATE KEY", "PUBLIC KEY")),
        Keys::pem_for(Algorithm::HS256, signer.pem(Algorithm::ES256)),
        Keys::jwks(KEY),
        Keys::jwks(set(&[oct])),
        Keys::jwks(set(&[broken])),
        Keys::jwks(set(&[not_base64])),
        Keys::jwks(format!("{{\"keys\":[{{\"kty\":\"RSA\",\"n\":{text}}}]}}")),
        Keys::jwks(format!("{{\"keys\":\"{text}\"}}")),
    ] {
        printed.error("KeyError", error.expect_err("no key"));
    }
    let test = TestGate::<User>::standing_in_for(&gate);
    printed.debug("TestGate", &test);
    let signed_in = test.sign_in(principal::<User>("vera"));
    printed.debug("the token of a test", &signed_in.authorization());
    printed.debug("SignedIn", &signed_in);

    let mut secrets = vec![Secret::new("the key", KEY), Secret::new("the key's beginning", short)];
    let line = signed_in.authorization();
    let token = line.to_str().expect("ASCII").strip_prefix("Bearer ").expect("a token");
    secrets.extend(Secret::of_token("the token of a test", token));
    printed.assert_no_secret(&secrets);
    assert!(printed.count() > 20);
}

#[tokio::test]
async fn debug_output_and_errors_contain_no_credential() {
    let printed = std::sync::Arc::new(std::sync::Mutex::new(Printed::default()));
    let gate_that_prints =
        Gate::builder().scheme(Prints(std::sync::Arc::clone(&printed))).build().expect("complete");
    let (one, other) = (good(), token(HEADER, Claims::good().with("exp", "1").json()));
    for token in [&one, &other] {
        let credentials = || Credentials::bearer(token).expect("ASCII");
        let keep = |what, value: &dyn std::fmt::Debug| printed.lock().expect("no panic").debug(what, value);
        keep("Credentials", &credentials());
        keep(
            "Credentials",
            &Credentials::authorization(HeaderValue::try_from(format!("Basic {token}")).expect("ASCII")),
        );
        for gate in [gate(), gate_that_prints.clone()] {
            let caller = gate.unauthenticated(credentials());
            keep("Unauthenticated", &caller);
            match caller.authenticate().await {
                Ok(caller) => {
                    keep("Authenticated", &caller);
                    keep("Context", caller.context());
                }
                Err(denial) => {
                    keep("Denial", &denial);
                    printed.lock().expect("no panic").display("Denial", &denial);
                    printed.lock().expect("no panic").error("Denial", denial);
                }
            }
        }
    }
    printed
        .lock()
        .expect("no panic")
        .error("InvalidHeaderValue", Credentials::bearer(&format!("{one}\n")).expect_err("no token"));
    let (router, _) = app();
    let mut secrets = Secret::of_token("a token", &one);
    secrets.extend(Secret::of_token("a token", &other));
    secrets.push(Secret::new("the key", SECRET));
    let mut printed = printed.lock().expect("no panic");
    printed.debug("the router", &router);
    printed.assert_no_secret(&secrets);
    assert!(printed.count() > 15);
}

#[tokio::test]
async fn debug_output_and_errors_contain_no_password() {
    let mut printed = Printed::default();
    let passwords = Passwords::new().remember(Duration::from_secs(60));
    let stored = passwords.hash(PASSWORD).await.expect("hashes");
    assert!(passwords.verify("vera", Some(&stored), PASSWORD).await.expect("verifies"));
    printed.debug("Passwords", &passwords);
    let line = format!("vera:{stored}\n");
    let table = Htpasswd::<User>::text(&line, |_| user()).expect("lines").passwords(passwords.clone());
    printed.debug("Htpasswd", &table);
    let basic = Basic::new(table).realm("api");
    printed.debug("Basic", &basic);
    printed.debug("Gate", &Gate::<User>::builder().scheme(basic).build().expect("complete"));
    let closure = |_: String, password: String| async move {
        if password == PASSWORD { Login::Verified(user()) } else { Login::Wrong }
    };
    printed.debug("Basic", &Basic::new(closure).realm("api"));
    // A clear password instead of a hash, as an uninformed user could write it.
    let wrong_lines = [
        format!("vera:{PASSWORD}\n"),
        format!("{PASSWORD}\n"),
        format!("vera:{stored}\nvera:{stored}\n"),
        format!("vera:{}\n", &stored[..60]),
        format!("vera:{{SHA}}{}\n", base64url(PASSWORD)),
        format!("vera:$2y$99${}\n", base64url(PASSWORD)),
    ];
    for line in wrong_lines {
        printed.error("ConfigError", Htpasswd::<User>::text(&line, |_| user()).expect_err("no line"));
    }
    printed.error("HashError", Passwords::new().like(PASSWORD).expect_err("no hash"));
    printed.error(
        "PasswordError",
        passwords.verify("vera", Some(PASSWORD), PASSWORD).await.expect_err("no hash"),
    );
    printed.debug("Account", &Account::new(user(), &stored));

    let ha1 = Ha1::sha256("vera", "api", PASSWORD);
    let digest = || InMemoryDigestUsers::new("api").user("vera", PASSWORD, Caller::new("vera"));
    printed.debug("Ha1", &ha1);
    printed.debug("InMemoryDigestUsers", &digest());
    printed.debug("Digest", &Digest::new(digest()).realm("api").nonce_key(KEY));
    let wrong: Result<Ha1, _> = PASSWORD.parse();
    printed.error("NotAnHa1", wrong.expect_err("no hash"));
    let hash = ha1.to_stored();
    for text in [
        format!("vera:api:{PASSWORD}\n"),
        format!("{PASSWORD}\n"),
        format!("vera:api:{hash}\nvera:api:{hash}\n"),
        format!("vera:api:{}\n", &hash[1..]),
    ] {
        printed.error(
            "ConfigError",
            InMemoryDigestUsers::from_htdigest("api", &text, |_| Caller::new("vera")).expect_err("no line"),
        );
    }
    let twice = digest().user("vera", PASSWORD, Caller::new("vera"));
    let error = Gate::<Caller>::builder().scheme(Digest::new(twice).realm("api")).build().expect_err("twice");
    printed.error("ConfigError", error);
    let short = Digest::new(digest()).realm("api").nonce_key(&KEY[..20]);
    printed.error("ConfigError", Gate::<Caller>::builder().scheme(short).build().expect_err("a short key"));

    printed.assert_no_secret(&[
        Secret::new("the password", PASSWORD),
        Secret::new("its hash", &stored[20..]),
        Secret::new("its beginning", &stored[20..60]),
        Secret::new("its H(A1)", &hash[1..]),
        Secret::new("the key", KEY),
        Secret::new("the key's beginning", &KEY[..20]),
    ]);
    assert!(printed.count() > 20);
}

#[tokio::test]
async fn debug_output_and_errors_contain_no_api_key_or_session_id() {
    let mut printed = Printed::default();
    let key = NewKey::generate("acme").expect("a key");
    printed.debug("NewKey", &key);
    let keys = InMemoryApiKeys::new();
    let record = || KeyRecord::new(Caller::new("ci")).with_id("ci");
    keys.insert(key.digest(), record()).expect("a new one");
    printed.debug("InMemoryApiKeys", &keys);
    printed.debug("KeyRecord", &record());
    printed.debug("KeyDigest", &key.digest());
    printed.error("ApiKeyError", keys.insert_text(key.text(), record()).expect_err("it is there"));
    for text in ["tooshort-secret", "password password password", &format!("{}, and more", key.text())] {
        printed.error("ApiKeyError", KeyDigest::of_text(text).expect_err("no key"));
        let digest: Result<KeyDigest, _> = text.parse();
        printed.error("ApiKeyError", digest.expect_err("no digest"));
    }
    let scheme = ApiKey::header("x-api-key", keys).realm("api");
    printed.debug("ApiKey", &scheme);
    printed.debug("Gate", &Gate::<Caller>::builder().scheme(scheme).build().expect("complete"));

    let site = Site::new();
    let jar = site.signed_in("vera").await;
    let id = jar.get(authgate_tests::session::COOKIE).expect("a cookie");
    printed.debug("Sessions", &Sessions::in_memory());
    printed.debug("Session", &Sessions::in_memory().scheme(People::default()).realm("app"));
    printed.debug("SessionLayer", &Sessions::in_memory().layer());
    printed.debug("the router", &site.app);
    printed.assert_no_secret(&[
        Secret::new("the key", key.text()),
        Secret::new("what was short", "tooshort-secret"),
        Secret::new("what was guessed", "password password"),
        Secret::new("the session", id),
    ]);
    printed.debug("Fault", &CredentialError::Rejected);
    assert!(printed.count() > 15);
}
