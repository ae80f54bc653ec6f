//! A login that succeeds.

use std::sync::{Arc, Mutex};

use authgate::oidc::Login;
use authgate::routing::get;
use authgate::scheme::ResolveError;
use authgate::session::Sessions;
use authgate::{Authenticated, Context, Gate, Resolve, Router};
use authgate_tests::app::User;
use authgate_tests::jar::Jar;
use authgate_tests::provider::PROVIDER;
use authgate_tests::session::Store;
use serde_json::json;

use super::world::{Idp, NAVIGATES, SESSION, Site, open_logins, routes, settings};

/// OpenID Connect Core 1.0 section 3.1.2.1, RFC 7636 section 4.3.
#[tokio::test(start_paused = true)]
async fn request_to_the_provider_has_all_parameters() {
    let site = Site::with(|login| login.scope("profile openid email"));
    let mut jar = Jar::default();
    let mut asked = site.start(&mut jar, "").await;
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "web"),
        ("redirect_uri", "https://app.example/callback"),
        ("scope", "openid profile email"),
        ("code_challenge_method", "S256"),
        // Without it, the ID token does not state `auth_time` (section 2).
        ("max_age", "43200"),
    ] {
        assert_eq!(asked.remove(name).as_deref(), Some(value), "{name}");
    }
    for (name, length) in [("state", 22), ("nonce", 43), ("code_challenge", 43)] {
        assert_eq!(asked.remove(name).unwrap().len(), length, "{name}");
    }
    assert!(asked.is_empty(), "{asked:?}");
}

#[tokio::test(start_paused = true)]
async fn host_of_the_request_does_not_change_the_redirect_uri() {
    let site = Site::new();
    let fields = [("host", "evil.example"), ("x-forwarded-host", "evil.example")];
    let answer = Jar::default().ask_with(&site.app, "GET /login", &fields, "").await;
    assert!(!answer.header("location").unwrap().contains("evil"));
}

#[tokio::test(start_paused = true)]
async fn user_gets_a_session_and_returns_to_the_page() {
    let site = Site::new();
    let mut jar = Jar::default();
    let denied = jar.ask_with(&site.app, "GET /me?page=2", NAVIGATES, "").await;
    assert_eq!(denied.status, 303);
    assert_eq!(denied.header("location"), Some("/login?return_to=/me%3Fpage%3D2"));
    let answer = site.sign_in(&mut jar, "?return_to=/me%3Fpage%3D2", &json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, Some("/me?page=2")));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    jar.ask(&site.app, "GET /me").await.assert_is(200, "ada https://id.example s-1 ada");
    assert_eq!(open_logins(&jar), 0, "the cookie of the login is removed");
}

/// Session fixation: the id changes, and the data of the visitor stays.
#[tokio::test(start_paused = true)]
async fn sign_in_renews_the_session_id_and_keeps_the_data() {
    let site = Site::new();
    let mut jar = Jar::default();
    jar.post(&site.app, "/buy", "").await;
    let mut before = jar.clone();
    site.sign_in(&mut jar, "", &json!({})).await;
    assert_ne!(jar.get(SESSION), before.get(SESSION));
    assert_eq!(before.ask(&site.app, "GET /me").await.status, 401);
    // A second login of the same user keeps the data, although the ID token is another one.
    site.sign_in(&mut jar, "", &json!({ "sid": "s-2" })).await;
    jar.ask(&site.app, "GET /cart").await.assert_is(200, "a book");
    site.sign_in(&mut jar, "", &json!({ "sub": "eve" })).await;
    jar.ask(&site.app, "GET /cart").await.assert_is(200, "nothing");
}

#[tokio::test(start_paused = true)]
async fn logins_in_several_tabs_finish_in_any_order() {
    let site = Site::new();
    let mut jar = Jar::default();
    let first = site.start(&mut jar, "?return_to=/first").await;
    let second = site.start(&mut jar, "?return_to=/second").await;
    assert_eq!(open_logins(&jar), 2);
    for (asked, path) in [(second, "/second"), (first, "/first")] {
        let answer = jar.ask(&site.app, &format!("GET {}", site.idp.answer(&asked, &json!({})))).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, Some(path)));
    }
    assert_eq!(open_logins(&jar), 0);
}

#[tokio::test(start_paused = true)]
async fn login_starts_at_one_process_and_ends_at_another() {
    let (idp, store) = (Idp::new(), Store::default());
    let [one, other] = [(); 2].map(|()| Site::of(&idp, &store, |login| login));
    let mut jar = Jar::default();
    let asked = one.start(&mut jar, "").await;
    let answer = jar.ask(&other.app, &format!("GET {}", idp.answer(&asked, &json!({})))).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert_eq!(one.status(&mut jar, "GET /me").await, 200);
}

#[tokio::test(start_paused = true)]
async fn secret_is_sent_as_the_metadata_allows() {
    for (methods, works) in [
        (json!(["client_secret_basic", "client_secret_post"]), true),
        (json!(["client_secret_post"]), true),
        (json!(["private_key_jwt"]), false),
    ] {
        let site = Site::new();
        let mut metadata = super::world::metadata();
        metadata["token_endpoint_auth_methods_supported"] = methods.clone();
        site.idp.describe(&metadata);
        let answer = site.sign_in(&mut Jar::default(), "", &json!({})).await;
        assert_eq!(answer.status.as_u16(), if works { 303 } else { 503 }, "{methods}");
    }
}

#[tokio::test(start_paused = true)]
async fn routes_are_in_the_access_table() {
    let idp = Idp::new();
    let login = settings(&idp).claims::<User>().unwrap();
    let table = routes().merge(login.routes(&Sessions::in_memory())).access().to_string();
    for line in [
        "GET     /login              public \"people sign in by a provider\"",
        "GET     /callback           public \"the provider answers a login\"",
        "POST    /logout             public \"a second logout is no error\"",
        "POST    /backchannel-logout public \"the provider ends sessions\"",
    ] {
        assert!(table.contains(line), "{table}");
    }
}

#[tokio::test(start_paused = true)]
async fn paths_can_be_changed() {
    let idp = Idp::new();
    let login = settings(&idp)
        .login_path("/in")
        .callback_path("/back")
        .logout_path("/out")
        .back_channel_logout_path("/ended")
        .home("/home");
    let site = Site::of_login(&idp, &Store::default(), &login.claims().unwrap());
    let mut jar = Jar::default();
    let denied = jar.ask_with(&site.app, "GET /me", NAVIGATES, "").await;
    assert_eq!(denied.header("location"), Some("/in?return_to=/me"));
    let asked = super::world::asked(&jar.ask(&site.app, "GET /in").await);
    assert_eq!(asked["redirect_uri"], "https://app.example/back");
    let target = idp.answer(&asked, &json!({})).replace("/callback", "/back");
    assert_eq!(jar.ask(&site.app, &format!("GET {target}")).await.header("location"), Some("/home"));
    let answer = jar.post(&site.app, "/out", "").await;
    assert!(answer.header("location").unwrap().contains("https%3A//app.example/home"));
    assert_eq!(jar.post(&site.app, "/ended", "").await.status, 400);
}

#[derive(Debug, authgate::Principal)]
struct Account {
    #[principal(id)]
    number: u64,
}

#[derive(serde::Deserialize)]
struct Claims {
    sub: String,
}

/// The accounts, of which each can be removed.
#[derive(Clone)]
struct Accounts(Arc<Mutex<Option<Vec<&'static str>>>>);

impl Resolve<Claims> for Accounts {
    type Principal = Account;

    async fn resolve(&self, claims: Claims, context: &Context) -> Result<Account, ResolveError> {
        assert_eq!((context.issuer(), context.subject()), (Some(PROVIDER), Some(&*claims.sub)));
        let accounts = self.0.lock().unwrap();
        let accounts = accounts.as_ref().ok_or_else(|| std::io::Error::other("down"))?;
        let number = accounts.iter().position(|name| *name == claims.sub);
        number.map(|number| Account { number: number as u64 }).ok_or(ResolveError::UnknownAccount)
    }
}

async fn number(account: Authenticated<Account>) -> String {
    account.number.to_string()
}

/// A cookie of a deleted user, and of a user who has never been known.
#[tokio::test(start_paused = true)]
async fn user_is_resolved_at_sign_in_and_on_each_request() {
    let idp = Idp::new();
    let accounts = Accounts(Arc::new(Mutex::new(Some(vec!["ada"]))));
    let login: Login<Account> = settings(&idp).resolve(accounts.clone()).unwrap();
    let sessions = Sessions::in_memory();
    let gate = Gate::builder().scheme(sessions.scheme(login.clone()).realm("app")).build().unwrap();
    let routes = Router::new().route("/number", get(number)).merge(login.routes(&sessions));
    let app = routes.layer(sessions.layer()).with_state(gate);
    let sign_in = async |jar: &mut Jar, subject: &str| {
        let asked = super::world::asked(&jar.ask(&app, "GET /login").await);
        let target = idp.answer(&asked, &json!({ "sub": subject }));
        jar.ask(&app, &format!("GET {target}")).await
    };
    let mut jar = Jar::default();
    sign_in(&mut jar, "eve").await.assert_denied(403, "account_unknown", &[]);
    assert!(jar.get(SESSION).is_none());
    assert_eq!(sign_in(&mut jar, "ada").await.status, 303);
    jar.ask(&app, "GET /number").await.assert_is(200, "0");
    *accounts.0.lock().unwrap() = None;
    assert_eq!(jar.ask(&app, "GET /number").await.status, 503);
    assert_eq!(sign_in(&mut Jar::default(), "ada").await.status, 503);
    *accounts.0.lock().unwrap() = Some(vec![]);
    jar.ask(&app, "GET /number").await.assert_denied(403, "account_unknown", &[]);
}
