use http::header::{AUTHORIZATION, HeaderValue};

use super::*;
use crate::scheme::bearer::{Revocations, Standing};
use crate::scheme::{Bearer, Keys};
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

/// What a request takes on the heap that has this `Authorization`.
fn room(gate: Gate<User>, authorization: Option<&'static str>) -> usize {
    fn room<H: Call<T, S>, T, S>(handler: H, state: S, request: Request) -> usize {
        handler.call(request, state, Location::caller()).room()
    }
    let mut request = Request::new(Body::empty());
    if let Some(authorization) = authorization {
        request.headers_mut().insert(AUTHORIZATION, HeaderValue::from_static(authorization));
    }
    room(|user: Authorized<role::Admin>| async move { user.sub.clone() }, gate, request)
}

#[test]
fn who_is_denied_at_once_takes_no_room() {
    for authorization in [None, Some("Bearer forged"), Some("Basic x")] {
        let gate = Gate::<User>::builder().scheme(bearer()).build().unwrap();
        assert_eq!(room(gate, authorization), 0, "{authorization:?}");
    }
}

/// What is larger, allocators do not keep at hand (glibc: 1,032 bytes), and every request would wait for it.
#[test]
fn who_may_have_to_be_waited_for_takes_a_kilobyte_at_most() {
    let asks_others = bearer().revoked_by(AsksOthers);
    let gate = Gate::<User>::builder().scheme(asks_others).build().unwrap();
    let room = room(gate, Some("Bearer forged"));
    assert!((1..=1032).contains(&room), "{room}");
}

struct AsksOthers;

impl Revocations for AsksOthers {
    async fn standing(&self, _: &crate::Context) -> Standing {
        Standing::Undecided
    }
}
