//! Gates that cannot work are rejected with an error that states the fix.

use std::time::Duration;

use authgate::Gate;
use authgate::credentials::RequestCredentials;
use authgate::denial::{Challenge, CredentialError};
use authgate::gate::GateBuilder;
use authgate::scheme::{Answer, Bearer, Keys, Outcome, Scheme};
use authgate_tests::app::{User, bearer};
use authgate_tests::scheme::Ticket;
use authgate_tests::token::{AUDIENCE, ISSUER, SECRET};

/// A scheme with any challenge.
struct Any(Challenge);

impl Scheme<User> for Any {
    fn challenge(&self) -> Challenge {
        self.0.clone()
    }

    fn authenticate(&self, _: &RequestCredentials<'_>) -> Answer<User> {
        Outcome::Rejected(CredentialError::Rejected).into()
    }
}

fn keys() -> Keys {
    Keys::hs256(SECRET).expect("long enough")
}

#[track_caller]
fn assert_config_error(gate: GateBuilder<User>, expected: &str) {
    assert_eq!(gate.build().expect_err("cannot work").to_string(), expected);
}

#[track_caller]
fn assert_scheme_config_error(scheme: impl Scheme<User>, expected: &str) {
    assert_config_error(Gate::builder().scheme(scheme), expected);
}

#[test]
fn gate_without_scheme_is_a_config_error() {
    assert_config_error(Gate::builder(), "the gate has no scheme: add one with `.scheme(..)`");
}

#[test]
fn zero_timeout_is_a_config_error() {
    assert_config_error(
        Gate::builder().scheme(bearer()).timeout(Duration::ZERO),
        "the timeout of the gate is zero, so that every password and every session gets 503: omit `.timeout(..)` for two seconds, or set a longer one",
    );
    assert!(Gate::<User>::builder().scheme(bearer()).timeout(Duration::from_millis(1)).build().is_ok());
}

#[test]
fn duplicate_scheme_name_is_a_config_error_ignoring_case() {
    for (one, other) in [("Ticket", "Ticket"), ("Ticket", "TICKET")] {
        let gate = Gate::builder().scheme(Ticket::new(one)).scheme(bearer()).scheme(Ticket::new(other));
        let expected = format!(
            "two schemes of this gate have the name `{other}`, so that their credentials cannot be distinguished: join them (a `Bearer` trusts more issuers with `.trust(issuer, keys)`), or use a gate for each"
        );
        assert_config_error(gate, &expected);
    }
}

/// RFC 9110 section 11.5 and RFC 6750 section 3.
#[test]
fn challenge_without_realm_is_a_config_error() {
    for challenge in
        [Challenge::new("Any"), Challenge::new("Any").realm(""), Challenge::new("Any").realm("\"\n")]
    {
        let expected =
            "the challenge of `Any` has no realm: set one that people can read, such as `.realm(\"api\")`";
        assert_scheme_config_error(Any(challenge), expected);
    }
}

#[test]
fn challenge_with_non_token_characters_is_a_config_error() {
    for (scheme, parameter) in [("An y", "a"), ("", "a"), ("Any\r\n", "a"), ("Any", "a b"), ("Any", "")] {
        let expected = format!(
            "cannot send the challenge of `{scheme}`: its auth-scheme and the names of its parameters must be tokens (letters, digits and !#$%&'*+-.^_`|~)"
        );
        assert_scheme_config_error(
            Any(Challenge::new(scheme).realm("x").parameter(parameter, "b")),
            &expected,
        );
    }
}

/// RFC 6750 section 3.
#[tokio::test]
async fn invalid_bearer_realm_is_a_config_error() {
    for realm in ["a\"b", "a\\b", "a\nb", "\u{e9}"] {
        let expected = format!(
            "cannot send the realm {realm:?}: use printable ASCII without quotes and backslashes (RFC 6750 section 3)"
        );
        assert_scheme_config_error(bearer().realm(realm), &expected);
    }
    let none = "the Bearer scheme has no realm: set one, such as `.realm(\"api\")`";
    assert_scheme_config_error(bearer().realm(""), none);
    assert_scheme_config_error(Bearer::jwt(keys()).issuer(ISSUER).dangerous("a test").any_audience(), none);
    let gate = Gate::<User>::builder().scheme(Bearer::jwt(keys()).issuer(ISSUER).audience(AUDIENCE));
    let caller = gate.build().expect("complete").unauthenticated(authgate::credentials::Credentials::none());
    let denial = caller.authenticate().await.expect_err("nobody");
    assert_eq!(
        denial.challenges().collect::<Vec<_>>(),
        ["Bearer realm=\"https://api.example\""],
        "the audience"
    );
}

/// RFC 7519 sections 4.1.4 and 4.1.5: a leeway of "no more than a few minutes".
#[test]
fn leeway_above_five_minutes_is_a_config_error() {
    for seconds in [301, 86_400, 65_536, u64::MAX] {
        let expected = format!(
            "a leeway of {seconds} seconds accepts tokens long after they expire: set at most 300, and synchronize the clocks"
        );
        assert_scheme_config_error(bearer().leeway(Duration::from_secs(seconds)), &expected);
    }
    assert!(Gate::<User>::builder().scheme(bearer().leeway(Duration::from_secs(300))).build().is_ok());
}

#[test]
fn empty_audience_or_issuer_is_a_config_error() {
    let audience = "an audience is empty: write the name of this service in the tokens' `aud`, such as `.audience(\"https://api.example\")`";
    assert_scheme_config_error(bearer().audience(""), audience);
    assert_scheme_config_error(Bearer::jwt(keys()).issuer(ISSUER).audience("").realm("api"), audience);
    // Not the missing realm.
    assert_scheme_config_error(Bearer::jwt(keys()).issuer(ISSUER).audience(""), audience);
    let issuer = "the name of an issuer is empty: write the value of the tokens' `iss`, such as `.issuer(\"https://issuer.example\")`";
    assert_scheme_config_error(Bearer::jwt(keys()).issuer("").audience(AUDIENCE), issuer);
    assert_scheme_config_error(bearer().trust("", keys()), issuer);
}

/// A line break at the end of a setting rejects every token.
#[test]
fn white_space_around_an_audience_or_issuer_is_a_config_error() {
    for name in [" https://a.example", "https://a.example\n", "\t"] {
        let audience = format!("the audience {name:?} begins or ends with white space: remove it");
        assert_scheme_config_error(bearer().audience(name), &audience);
        let issuer = format!("the name of the issuer {name:?} begins or ends with white space: remove it");
        assert_scheme_config_error(bearer().trust(name, keys()), &issuer);
    }
    let inside = bearer().audience("our service");
    assert!(Gate::<User>::builder().scheme(inside).build().is_ok());
}

#[test]
fn duplicate_issuer_is_a_config_error() {
    let expected = format!(
        "the issuer {ISSUER:?} is trusted twice: join its keys with `Keys::and(..)`, and name each alias once"
    );
    assert_scheme_config_error(bearer().trust(ISSUER, keys()), &expected);
}

/// A token without a `kid` is tried with a limited number of keys. Further keys would be
/// unreachable.
#[test]
fn more_than_eight_keys_without_id_are_a_config_error() {
    let key = |number: u32| Keys::hs256(format!("a secret of one issuer alone, {number:>8}")).unwrap();
    let keys = |count| (0..count).map(key).reduce(Keys::and).unwrap();
    let with = |keys| Bearer::jwt(keys).issuer(ISSUER).audience(AUDIENCE);
    let expected = format!(
        "the issuer {ISSUER:?}: 9 keys of HS256 have no id, but a token is tried with at most 8: set the `kid` of their tokens with `with_id(..)` before `and(..)`"
    );
    assert_scheme_config_error(with(keys(9)), &expected);
    assert!(Gate::<User>::builder().scheme(with(keys(8))).build().is_ok());
    let many = (0..40).map(|number| key(number).with_id(number.to_string())).reduce(Keys::and).unwrap();
    assert!(Gate::<User>::builder().scheme(with(many)).build().is_ok());
}

#[test]
fn blank_dangerous_reason_is_a_config_error() {
    let expected =
        |what: &str| format!("the reason of `{what}` is blank: state why the setting is safe here");
    for blank in ["", " ", "\t\n"] {
        assert_scheme_config_error(bearer().dangerous(blank).without_expiry(), &expected("without_expiry"));
        assert_scheme_config_error(bearer().dangerous(blank).any_type(), &expected("any_type"));
        let any = Bearer::jwt(keys()).issuer(ISSUER).dangerous(blank).any_audience().realm("api");
        assert_scheme_config_error(any, &expected("any_audience"));
    }
    let loosened = bearer().dangerous("a test").without_expiry().dangerous("a test").any_type();
    let gate =
        Gate::<User>::builder().scheme(loosened).dangerous("ours").tell_missing_rights().build().unwrap();
    assert_eq!(
        format!("{gate:?}"),
        "[\"Bearer\", dangerous tell_missing_rights: \"ours\", dangerous without_expiry: \"a test\", dangerous any_type: \
         \"a test\"]"
    );
}

#[test]
fn debug_output_contains_no_key() {
    let printed = format!("{:?} {:?} {:?}", bearer(), keys(), Gate::<User>::builder().scheme(bearer()));
    assert!(!printed.contains("secret of"), "{printed}");
    assert!(!printed.contains("97, 32, 115"), "{printed}");
}
