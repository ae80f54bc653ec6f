//! The dearest requests that there are: whoever has a key can make the first, and anybody the second.

use authgate::Gate;
use authgate::scheme::Keys;

use crate::apps::{AUTHGATE, App, guarded, trusting};
use crate::keys::SECRET;
use crate::tokens::Form;

/// Asked by tokens of a thousand names, each of which has to be told from the others.
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

/// With as many keys as a token is tried with, the right one last.
pub(crate) const KEYS: App = App::new("keys", |algorithm| {
    if algorithm.pem().is_some() {
        return None;
    }
    let others = (0..7).map(|number| Keys::hs256(format!("{number:0>32}")).expect("keys"));
    let keys = others.chain([Keys::hs256(SECRET).expect("keys")]).reduce(Keys::and)?;
    Some(guarded(Gate::builder().scheme(trusting(keys))))
});
