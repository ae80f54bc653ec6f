//! Settings of one issuer: aliases, a separate audience, and algorithms.

use authgate::scheme::{Algorithm, Issuer, RotatingKeys};
use authgate::testing::{TestGate, principal};
use jsonwebtoken::Algorithm as HeaderAlgorithm;

use super::{
    AUDIENCE, Bearer, CacheSize, Gate, Header, ISSUER, Keys, PARTNER, PARTNER_SECRET, Role, Router, SECRET,
    User, ask_with, get, import, json, our_token, request, requires, send, show_caller, token_with,
};

const ALIAS: &str = "https://login.partner.example";
const OUR_ALIAS: &str = "https://login.issuer.example";

fn keys(secret: &[u8]) -> Keys {
    Keys::hs256(secret).unwrap()
}

/// Both issuers have two names. The partner issues tokens for `reports`.
fn bearer() -> Bearer {
    let partner = Issuer::with_keys(PARTNER, keys(PARTNER_SECRET)).alias(ALIAS).audience("reports");
    let bearer = Bearer::jwt(keys(SECRET)).issuer(ISSUER).or_issuer(OUR_ALIAS).audience(AUDIENCE);
    bearer.realm("api").trust_issuer(partner)
}

/// Returns a token of an editor.
fn token_by(secret: &[u8], issuer: &str, audience: &str) -> String {
    let claims = json!({ "iss": issuer, "aud": audience, "sub": "ada", "roles": ["editor"] });
    token_with(&Header::new(HeaderAlgorithm::HS256), secret, &claims)
}

#[requires(role = "editor", issuer = "https://login.partner.example")]
async fn of_alias() {}

fn routes() -> Router<Gate<User>> {
    Router::new().route("/who", get(show_caller)).route("/import", get(import)).route("/alias", get(of_alias))
}

#[tokio::test]
async fn token_may_name_any_alias_of_its_issuer() {
    let plain = Gate::<User>::builder().scheme(bearer()).build().unwrap();
    let cached = Gate::<User>::builder().scheme(bearer().cached(CacheSize::mebibytes(1))).build().unwrap();
    for app in [plain, cached].map(|gate| routes().with_state(gate)) {
        for (secret, audience, names) in
            [(SECRET, AUDIENCE, [ISSUER, OUR_ALIAS]), (PARTNER_SECRET, "reports", [PARTNER, ALIAS])]
        {
            // Twice, because the second response can come from a cache.
            for name in names.into_iter().chain(names) {
                let answer = ask_with(&app, "GET /who", &token_by(secret, name, audience)).await;
                answer.assert_is(200, &format!("ada of {name} by {name}"));
            }
            // A key signs for the names of its issuer only.
            for name in [ISSUER, OUR_ALIAS, PARTNER, ALIAS].into_iter().filter(|name| !names.contains(name)) {
                let answer = ask_with(&app, "GET /who", &token_by(secret, name, audience)).await;
                assert_eq!(
                    (answer.status.as_u16(), answer.reason()),
                    (401, "credentials_rejected".to_owned()),
                    "{name}"
                );
            }
        }
        for name in
            ["", "https://login.partner.example/", "https://partner.example https://login.partner.example"]
        {
            let answer = ask_with(&app, "GET /who", &token_by(PARTNER_SECRET, name, "reports")).await;
            assert_eq!(answer.reason(), "credentials_wrong_issuer", "{name}");
        }
    }
}

#[tokio::test]
async fn rule_about_an_issuer_requires_the_name_in_the_token() {
    let app: axum::Router = routes().with_state(Gate::<User>::builder().scheme(bearer()).build().unwrap());
    for (path, name, status) in
        [("/import", PARTNER, 200), ("/import", ALIAS, 403), ("/alias", ALIAS, 200), ("/alias", PARTNER, 403)]
    {
        let answer = ask_with(&app, &format!("GET {path}"), &token_by(PARTNER_SECRET, name, "reports")).await;
        assert_eq!(answer.status, status, "{path} {name}");
    }
}

#[tokio::test]
async fn issuer_with_an_audience_does_not_use_that_of_the_scheme() {
    let app: axum::Router = routes().with_state(Gate::<User>::builder().scheme(bearer()).build().unwrap());
    for (secret, issuer, audience) in [(SECRET, ISSUER, "reports"), (PARTNER_SECRET, PARTNER, AUDIENCE)] {
        let answer = ask_with(&app, "GET /who", &token_by(secret, issuer, audience)).await;
        assert_eq!(answer.reason(), "credentials_wrong_audience", "{issuer}");
    }
    // One issuer states the audience in another claim than the other.
    let partner = Issuer::with_keys(PARTNER, keys(PARTNER_SECRET)).audience_claim("client_id", ["web"]);
    let bearer = Bearer::jwt(keys(SECRET)).issuer(ISSUER).audience(AUDIENCE).trust_issuer(partner);
    let app: axum::Router = routes().with_state(Gate::<User>::builder().scheme(bearer).build().unwrap());
    let by_partner = |client: &str| {
        let claims = json!({ "iss": PARTNER, "sub": "ada", "client_id": client });
        token_with(&Header::new(HeaderAlgorithm::HS256), PARTNER_SECRET, &claims)
    };
    assert_eq!(ask_with(&app, "GET /who", &by_partner("web")).await.status, 200);
    assert_eq!(ask_with(&app, "GET /who", &by_partner("tv")).await.reason(), "credentials_wrong_audience");
    assert_eq!(ask_with(&app, "GET /who", &our_token()).await.status, 200);
}

/// Both issuers issued a token with the id `1`, and one of them is revoked.
#[tokio::test]
async fn revocation_and_cache_distinguish_issuers_and_their_names() {
    let bearer = || {
        bearer().revoked_by(|context: &authgate::Context| {
            (context.issuer(), context.token_id()) == (Some(ALIAS), Some("1"))
        })
    };
    let plain = Gate::<User>::builder().scheme(bearer()).build().unwrap();
    let cached = Gate::<User>::builder().scheme(bearer().cached(CacheSize::mebibytes(1))).build().unwrap();
    for app in [plain, cached].map(|gate| routes().with_state(gate)) {
        for _ in 0..2 {
            for (secret, issuer, audience, status) in [
                (SECRET, ISSUER, AUDIENCE, 200),
                (PARTNER_SECRET, PARTNER, "reports", 200),
                (PARTNER_SECRET, ALIAS, "reports", 401),
            ] {
                let claims = json!({ "iss": issuer, "aud": audience, "sub": "ada", "jti": "1" });
                let token = token_with(&Header::new(HeaderAlgorithm::HS256), secret, &claims);
                assert_eq!(ask_with(&app, "GET /who", &token).await.status, status, "{issuer}");
            }
        }
    }
}

#[tokio::test]
async fn test_caller_can_come_from_an_alias() {
    let gate = Gate::<User>::builder().scheme(bearer()).build().unwrap();
    let tests = TestGate::<User>::standing_in_for(&gate);
    let app: axum::Router = routes().with_state(tests.gate());
    for (name, status) in [(ALIAS, 200), (PARTNER, 403)] {
        let ada = tests.sign_in(principal("ada").role(Role::Editor).issuer(name));
        assert_eq!(send(&app, ada.calls(request("GET /alias", &[]))).await.status, status, "{name}");
    }
}

#[test]
fn ambiguous_or_empty_settings_of_an_issuer_are_a_config_error() {
    let partner = || Issuer::with_keys(PARTNER, keys(PARTNER_SECRET));
    let error = |issuer: Issuer| {
        let bearer = Bearer::jwt(keys(SECRET)).issuer(ISSUER).or_issuer(OUR_ALIAS).audience(AUDIENCE);
        let built = Gate::<User>::builder().scheme(bearer.trust_issuer(issuer)).build();
        built.map(drop).map_err(|error| error.to_string()).expect_err("an error")
    };
    let twice = |name: &str| format!("the issuer {name:?} is trusted twice");
    for (issuer, expected) in [
        (Issuer::with_keys(ISSUER, keys(PARTNER_SECRET)), twice(ISSUER)),
        (Issuer::with_keys(OUR_ALIAS, keys(PARTNER_SECRET)), twice(OUR_ALIAS)),
        (partner().alias(ISSUER), twice(ISSUER)),
        (partner().alias(OUR_ALIAS), twice(OUR_ALIAS)),
        (partner().alias(PARTNER), twice(PARTNER)),
        (partner().alias(ALIAS).alias(ALIAS), twice(ALIAS)),
        (partner().alias(""), "the name of an issuer is empty".to_owned()),
        (partner().audience(""), "an audience is empty".to_owned()),
        (partner().audience_claim("exp", ["a"]), "cannot state the audience".to_owned()),
        (partner().audience_claim("azp", [""; 0]), "has no names".to_owned()),
        (Issuer::with_keys(ALIAS, keys(SECRET)), "Issuer::alias(..)".to_owned()),
        (
            partner().algorithms([Algorithm::RS256]),
            format!("the issuer {PARTNER:?}: the key HS256 cannot be used"),
        ),
        (partner().algorithms([]), "cannot be used with any".to_owned()),
        (
            Issuer::with_keys(PARTNER, RotatingKeys::new(keys(PARTNER_SECRET)))
                .algorithms([Algorithm::HS256]),
            "set the algorithms of each replacement".to_owned(),
        ),
    ] {
        let error = error(issuer);
        assert!(error.contains(&expected), "{error}");
    }
    assert!(Gate::<User>::builder().scheme(bearer()).build().is_ok());
    let algorithms = bearer().trust_issuer(
        Issuer::with_keys(
            "https://third.example",
            keys(b"a third secret of at least 32 bytes, of the third"),
        )
        .algorithms([Algorithm::HS256]),
    );
    assert!(Gate::<User>::builder().scheme(algorithms).build().is_ok());
}
