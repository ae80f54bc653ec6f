use http::header::{AUTHORIZATION, HeaderValue};

use super::*;
use crate::credentials::RequestCredentials;
use crate::denial::Challenge;
use crate::scheme::{Answer, Bearer, Identity, Keys, Outcome, Scheme};
use crate::{Authorized, Gate, Roles};

#[derive(authgate::Role)]
enum Role {
    Admin,
}

#[derive(authgate::Principal, serde::Deserialize)]
#[principal(role = Role)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    roles: Roles<Role>,
}

fn bearer() -> Bearer {
    let keys = Keys::hs256("a secret of at least 32 bytes, it is").unwrap();
    Bearer::jwt(keys).issuer("https://issuer.example").audience("https://api.example")
}

/// Returns the heap size of the response future for a request with this `Authorization`.
fn future_size(gate: Gate<User>, authorization: Option<&'static str>) -> usize {
    fn future_size<H: Call<T, S>, T, S>(handler: H, state: S, request: Request) -> usize {
        handler.call(request, state, Location::caller()).future_size()
    }
    let mut request = Request::new(Body::empty());
    if let Some(authorization) = authorization {
        request.headers_mut().insert(AUTHORIZATION, HeaderValue::from_static(authorization));
    }
    future_size(|user: Authorized<role::Admin>| async move { user.sub.clone() }, gate, request)
}

#[test]
fn synchronous_denial_allocates_no_future() {
    for authorization in [None, Some("Bearer forged"), Some("Basic x")] {
        let gate = Gate::<User>::builder().scheme(bearer()).build().unwrap();
        assert_eq!(future_size(gate, authorization), 0, "{authorization:?}");
    }
}

/// Allocators do not cache larger blocks (glibc: 1,032 bytes), so every request would be slower.
#[test]
fn future_of_async_scheme_fits_one_kilobyte() {
    let gate = Gate::<User>::builder().scheme(Slow).build().unwrap();
    let future_size = future_size(gate, Some("Slow x"));
    assert!((1..=1032).contains(&future_size), "{future_size}");
}

/// A scheme that responds asynchronously, and identifies an admin.
struct Slow;

impl Scheme<User> for Slow {
    fn challenge(&self) -> Challenge {
        Challenge::new("Slow").realm("api")
    }

    fn authenticate(&self, _: &RequestCredentials<'_>) -> Answer<User> {
        Answer::pending(async {
            let user = User { sub: String::new(), roles: [Role::Admin].into_iter().collect() };
            Outcome::Authenticated(Identity::new(user, crate::right::Context::of("Slow")))
        })
    }
}

/// The three allocations are the scheme's future, the authentication that waits for it, and the
/// waiting request. The handler adds none.
#[test]
fn async_scheme_allocates_three_times_regardless_of_handler() {
    async fn answered<H: Call<T, S>, T, S>(handler: H, state: S, request: Request) {
        let answer = handler.call(request, state, Location::caller()).await;
        assert_eq!(answer.status(), 200);
    }
    let gate = Gate::<User>::builder().scheme(Slow).build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let request = || {
        let mut request = Request::new(Body::empty());
        request.headers_mut().insert(AUTHORIZATION, HeaderValue::from_static("Slow x"));
        request
    };
    let count = |answered: &dyn Fn()| {
        answered();
        allocation_counter::measure(answered).count_total
            - allocation_counter::measure(|| drop(request())).count_total
    };
    let one = || async |_: Authorized<role::Admin>| ();
    let two = || async |_: Authorized<role::Admin>, _: http::Method| ();
    assert_eq!(count(&|| runtime.block_on(answered(one(), gate.clone(), request()))), 3);
    assert_eq!(count(&|| runtime.block_on(answered(two(), gate.clone(), request()))), 3);
}
