use std::fmt;

use http::Request;
use http::header::HeaderValue;

use super::principal::TestPrincipal;
use super::stage::{Callers, Stage};
use super::test_bearer::TestBearer;
use super::token::{Mint, secret};
use crate::denial::Challenge;
use crate::gate::Gate;
use crate::jws::{Audience, Issuer, Keys, Verifier};
use crate::right::Principal;

/// A gate for an application's own tests, at which [`principal`](super::principal())s sign in: no keys to manage, and no network.
///
/// ```
/// # use authgate::{Authenticated, Gate, Router, routing::get};
/// # #[derive(authgate::Principal)]
/// # pub struct User { #[principal(id)] pub sub: String }
/// # async fn me(user: Authenticated<User>) -> String { user.sub.clone() }
/// # async fn example() {
/// use authgate::testing::{TestGate, principal};
///
/// let tests = TestGate::<User>::new();
/// let app = Router::new().route("/me", get(me)).with_state(tests.gate());
///
/// let ada = tests.sign_in(principal("ada"));
/// let request = http::Request::get("/me").header("authorization", ada.authorization());
/// # let _ = (app, request.body(()));
/// # }
/// ```
///
/// What is verified is a real token, as a [`Bearer`](crate::scheme::Bearer) verifies it, with a key that was made for this
/// value: denials, challenges and the order of the checks are what they are in production.
pub struct TestGate<P> {
    stage: Stage<P>,
}

/// The realm, issuer and audience of a gate that stands in for none.
const NAME: &str = "tests";

impl<P: Principal> TestGate<P> {
    /// A gate that takes Bearer tokens.
    ///
    /// # Panics
    ///
    /// The machine has no random numbers.
    #[track_caller]
    #[must_use]
    pub fn new() -> Self {
        // A gate for the stage to stand in for; nobody has its key.
        let secret = secret();
        let (scheme, _) = bearer(&secret, &Callers::none());
        match Gate::builder().scheme(scheme).build() {
            Ok(gate) => Self::standing_in_for(&gate),
            #[expect(clippy::panic, reason = "in a test, which fails by it")]
            Err(error) => panic!("{error}"),
        }
    }

    /// A gate that stands in for one of the application: the same schemes, challenges, pages and requirements, but other keys
    /// and users. Credentials of the real one's users are good for nothing here, where they are tokens.
    #[must_use]
    pub fn standing_in_for(gate: &Gate<P>) -> Self {
        Self { stage: Stage::of(gate) }
    }

    /// The gate, for the state of the router under test.
    #[must_use]
    pub fn gate(&self) -> Gate<P> {
        self.stage.gate.clone()
    }

    /// Lets somebody sign in.
    ///
    /// # Panics
    ///
    /// The principal cannot be made, or the gate has no scheme of the name that he signs in by; the text says what to write.
    #[track_caller]
    #[must_use]
    pub fn sign_in(&self, principal: TestPrincipal<P>) -> SignedIn<'_, P> {
        drop(principal.build());
        let wanted = principal.login().scheme.clone();
        let Some(scheme) = self.stage.scheme(wanted.as_deref()) else {
            let known: Vec<_> = self.stage.schemes.iter().map(|scheme| scheme.name).collect();
            #[expect(clippy::panic, reason = "in a test, which fails by it")]
            {
                panic!("the gate has no scheme {:?}: it has {known:?}", wanted.unwrap_or_default());
            }
        };
        SignedIn { stage: &self.stage, number: self.stage.enlist(principal), scheme }
    }
}

fn bearer<P: Principal>(secret: &[u8], callers: &std::sync::Arc<Callers<P>>) -> (TestBearer<P>, Mint) {
    let keys = Keys::hs256(secret);
    let issuers = keys.into_iter().map(|keys| Issuer::new(NAME, keys));
    let verifier = Verifier::new(issuers, Audience::OneOf(vec![NAME.to_owned()]));
    TestBearer::of(verifier, Challenge::new("Bearer").realm(NAME), callers)
}

impl<P: Principal> Default for TestGate<P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P> fmt::Debug for TestGate<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestGate").finish_non_exhaustive()
    }
}

/// Somebody who has signed in at a [`TestGate`].
pub struct SignedIn<'a, P> {
    stage: &'a Stage<P>,
    number: usize,
    scheme: usize,
}

impl<P: Principal> SignedIn<'_, P> {
    /// The value of `Authorization`, for any client: it is good for an hour.
    ///
    /// # Panics
    ///
    /// He has signed in by a scheme other than Bearer, of which no credential can be made: let his requests come through
    /// [`calls`](Self::calls).
    #[track_caller]
    #[must_use]
    pub fn authorization(&self) -> HeaderValue {
        match self.stage.authorization(self.number, self.scheme) {
            Some(value) => value,
            #[expect(clippy::panic, reason = "in a test, which fails by it")]
            None => panic!(
                "no credential of this scheme can be made here: write `.calls(request)`, and send that to the router itself"
            ),
        }
    }

    /// The request as it comes from him, by whatever scheme: for a router that is called in the process.
    #[must_use]
    pub fn calls<B>(&self, request: Request<B>) -> Request<B> {
        let (mut parts, body) = request.into_parts();
        self.stage.dress(&mut parts, self.number, self.scheme);
        Request::from_parts(parts, body)
    }
}

impl<P> fmt::Debug for SignedIn<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIn").field("number", &self.number).finish_non_exhaustive()
    }
}
