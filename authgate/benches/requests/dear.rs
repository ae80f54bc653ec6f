//! The most expensive requests. The first needs a key, and anyone can send the others.

use authgate::Gate;
use authgate::scheme::Keys;

use crate::apps::{AUTHGATE, App, guarded, trusting};
use crate::keys::SECRET;
use crate::tokens::{Algorithm, Form};

/// Tokens with a thousand claim names, which must all be distinct.
pub(crate) const NAMES: App = App {
    form: Form {
        claims: |role| {
            let mut claims = (Form::USUAL.claims)(role);
            let names = (0..1_000).map(|number| (format!("n{number}"), number.into()));
            claims.as_object_mut().expect("an object").extend(names);
            claims
        },
        ..Form::USUAL
    },
    ..App::new(
        "names",
        |algorithm| if algorithm.pem().is_some() { None } else { (AUTHGATE.router)(algorithm) },
    )
};

/// Tries a token with the maximum number of keys, of which the last one is right.
pub(crate) const KEYS: App = App::new("keys", |algorithm| with_issuers(algorithm, 1));

/// Has several issuers with the maximum number of keys each. A token must cost the same with a
/// thousand issuers as with two.
pub(crate) const TWO_ISSUERS: App = App::new("2 issuers", |algorithm| with_issuers(algorithm, 2));
pub(crate) const ISSUERS: App = App::new("1000 issuers", |algorithm| with_issuers(algorithm, 1_000));

fn with_issuers(algorithm: Algorithm, count: usize) -> Option<axum::Router> {
    if algorithm.pem().is_some() {
        return None;
    }
    let others = |issuer: usize, count: usize| {
        let secret = move |number| format!("{issuer:0>16}{number:0>16}");
        (0..count).map(move |number| Keys::hs256(secret(number)).expect("keys"))
    };
    let keys = others(0, 7).chain([Keys::hs256(SECRET).expect("keys")]).reduce(Keys::and)?;
    let bearer = (1..count).fold(trusting(keys), |bearer, issuer| {
        let keys = others(issuer, 8).reduce(Keys::and).expect("eight keys");
        bearer.trust(format!("https://issuer-{issuer}.example"), keys)
    });
    Some(guarded(Gate::builder().scheme(bearer)))
}
