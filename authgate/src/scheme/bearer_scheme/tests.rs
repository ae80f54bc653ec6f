use super::*;
use crate::jws::Keys;

const SECRET: &str = "a secret of at least 32 bytes, it is";
const OTHER: &str = "another one of at least 32 bytes long";

/// Runs the checks of `build()`.
fn checked(bearer: &Bearer<Complete>) -> Result<(), String> {
    bearer.check.verifier.issuers.now().check().map_err(|error| error.to_string())
}

fn bearer() -> Bearer<Complete> {
    Bearer::jwt(Keys::hs256(SECRET).unwrap()).issuer("https://one.example").audience("https://api.example")
}

#[test]
fn issuers_that_share_a_key_or_name_are_a_config_error() {
    assert_eq!(checked(&bearer()), Ok(()));
    assert_eq!(checked(&bearer().trust("https://two.example", Keys::hs256(OTHER).unwrap())), Ok(()));
    let shared = Keys::hs256(OTHER).unwrap().and(Keys::hs256(SECRET).unwrap().with_id("a"));
    let error = checked(&bearer().trust("https://two.example", shared)).unwrap_err();
    assert!(error.contains("a key in common"), "{error}");
    let long = "a secret that is long enough for each of the algorithms that take a secret";
    for other in [Keys::hs384(long), Keys::hs512(long), Keys::hs512(format!("{long}\0"))] {
        let two = Bearer::jwt(Keys::hs256(long).unwrap())
            .issuer("https://one.example")
            .audience("https://api.example")
            .trust("https://two.example", other.unwrap());
        let error = checked(&two).unwrap_err();
        assert!(error.contains("a key in common"), "whatever the algorithm: {error}");
    }
    let error = checked(&bearer().trust("https://one.example", Keys::hs256(SECRET).unwrap())).unwrap_err();
    assert!(error.contains("trusted twice"), "{error}");
}
