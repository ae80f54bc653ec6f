use http::Request;
use http::header::HeaderValue;

use super::principal::TestPrincipal;
use super::stage::{AnyReplacementGate as _, Callers, ReplacementGate};
use super::test_bearer::TestBearer;
use super::token::secret;
use crate::denial::Challenge;
use crate::gate::Gate;
use crate::jws::{Audience, Issuer, Keys, Verifier};
use crate::right::Principal;
use crate::secret::debug_only;

/// A gate for an application's own tests, which authenticates [`principal`](super::principal())s
/// without key management or network access.
///
/// It verifies real tokens as a [`Bearer`](crate::scheme::Bearer) does, with a generated key.
/// Denials, challenges and the order of the checks are the same as in production.
///
/// # Examples
///
/// ```
/// use authgate::testing::{TestGate, principal};
/// use authgate::{Authenticated, Gate, Router, routing::get};
/// use axum::http::Request;
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// async fn me(user: Authenticated<User>) -> String {
///     user.sub.clone()
/// }
///
/// fn routes() -> Router<Gate<User>> {
///     Router::new().route("/me", get(me))
/// }
///
/// let tests = TestGate::<User>::new();
/// let app: axum::Router = routes().with_state(tests.gate());
///
/// let ada = tests.sign_in(principal("ada"));
/// let request = Request::get("/me").header("authorization", ada.authorization());
/// ```
pub struct TestGate<P> {
    stage: ReplacementGate<P>,
}

/// The realm, issuer and audience of a gate that replaces no other.
const NAME: &str = "tests";

impl<P: Principal> TestGate<P> {
    /// Creates a gate that accepts Bearer tokens.
    ///
    /// # Panics
    ///
    /// Panics if the machine has no source of random numbers.
    #[track_caller]
    #[must_use]
    pub fn new() -> Self {
        // The stage needs a gate to replace. Its key is discarded.
        let issuer = Keys::hs256(secret()).map(|keys| Issuer::with_keys(NAME, keys));
        let verifier = Verifier::new(issuer, Audience::OneOf(vec![NAME.to_owned()]));
        let (scheme, _) = TestBearer::of(verifier, Challenge::new("Bearer").realm(NAME), &Callers::none());
        match Gate::builder().scheme(scheme).build() {
            Ok(gate) => Self::standing_in_for(&gate),
            #[expect(clippy::panic, reason = "a test fails with a panic")]
            Err(error) => panic!("{error}"),
        }
    }

    /// Creates a gate that replaces a gate of the application. It has the same schemes, challenges,
    /// pages and requirements, but other keys and users. It rejects tokens of the real gate's
    /// users. Other credentials are still checked by the real scheme.
    #[must_use]
    pub fn standing_in_for(gate: &Gate<P>) -> Self {
        Self { stage: ReplacementGate::of(gate) }
    }

    /// Returns the gate, for the state of the router under test.
    #[must_use]
    pub fn gate(&self) -> Gate<P> {
        self.stage.gate.clone()
    }

    /// Signs a principal in.
    ///
    /// # Panics
    ///
    /// Panics if the principal cannot be built, or if the gate has no scheme with the requested
    /// name. The message states what to write.
    #[track_caller]
    #[must_use]
    pub fn sign_in(&self, principal: TestPrincipal<P>) -> SignedIn<'_, P> {
        drop(principal.build());
        let wanted = principal.login.scheme.clone();
        let Some(scheme) = self.stage.scheme(wanted.as_deref()) else {
            let known: Vec<_> = self.stage.schemes.iter().map(|scheme| scheme.name).collect();
            #[expect(clippy::panic, reason = "a test fails with a panic")]
            {
                panic!("the gate has no scheme {:?}, only {known:?}", wanted.unwrap_or_default());
            }
        };
        SignedIn { stage: &self.stage, number: self.stage.add_caller(principal), scheme }
    }
}

impl<P: Principal> Default for TestGate<P> {
    fn default() -> Self {
        Self::new()
    }
}

debug_only!([P] TestGate<P> {});

/// A caller that is signed in at a [`TestGate`].
///
/// # Examples
///
/// ```
/// use authgate::testing::{TestGate, principal};
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// let tests = TestGate::<User>::new();
/// let ada = tests.sign_in(principal("ada"));
/// assert!(ada.authorization().to_str().unwrap().starts_with("Bearer "));
/// ```
pub struct SignedIn<'a, P> {
    stage: &'a ReplacementGate<P>,
    number: usize,
    scheme: usize,
}

impl<P: Principal> SignedIn<'_, P> {
    /// Returns the value of `Authorization` for any client. It is valid for an hour.
    ///
    /// # Panics
    ///
    /// Panics if the caller signed in by a scheme other than Bearer, for which no credential can be
    /// generated. Send the requests through [`calls`](Self::calls) instead.
    #[track_caller]
    #[must_use]
    pub fn authorization(&self) -> HeaderValue {
        match self.stage.authorization(self.number, self.scheme) {
            Some(value) => value,
            #[expect(clippy::panic, reason = "a test fails with a panic")]
            None => panic!(
                "cannot create a credential of this scheme: call `.calls(request)`, and send the result to the router"
            ),
        }
    }

    /// Returns the request as the caller sends it, by any scheme. It works for a router that is
    /// called in the same process.
    #[must_use]
    pub fn calls<B>(&self, request: Request<B>) -> Request<B> {
        let (mut parts, body) = request.into_parts();
        self.stage.add_credential(&mut parts, self.number, self.scheme);
        Request::from_parts(parts, body)
    }
}

debug_only!([P] SignedIn<'_, P> { number });
