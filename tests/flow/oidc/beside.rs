//! Accounts of the application beside those of the provider.

use authgate::routing::post;
use authgate::session::{Account, Accounts, BackendError, Sessions};
use authgate::{Denial, Gate, Unauthenticated, public};
use authgate_tests::app::User;
use authgate_tests::jar::Jar;
use authgate_tests::session::Store;
use axum::Extension;
use serde_json::json;

use super::world::{Idp, Site, routes, settings};

/// Accounts with any id.
#[derive(Clone)]
struct Local;

impl Accounts<User> for Local {
    async fn find(&self, id: &str) -> Result<Option<Account<User>>, BackendError> {
        Ok(Some(Account::new(User::new(id, &[], &[]), "a hash of a password")))
    }
}

#[public(reason = "people sign in here")]
async fn by_password(
    caller: Unauthenticated<User>,
    Extension(sessions): Extension<Sessions>,
    id: String,
) -> Result<(), Denial> {
    let account = Local.find(&id).await.unwrap().unwrap();
    sessions.sign_in(&caller, &id, &account).await
}

/// Which accounts a gate accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Accepts {
    Both,
    Provider,
    Local,
}

fn site(idp: &Idp, store: &Store, accepts: Accepts) -> Site {
    let login = settings(idp).claims::<User>().unwrap();
    let sessions = Sessions::new(store.clone());
    let gate = Gate::builder();
    let gate = match accepts {
        Accepts::Both => gate.scheme(sessions.scheme(login.clone().or(Local)).realm("app")),
        Accepts::Provider => gate.scheme(sessions.scheme(login.clone()).realm("app")),
        Accepts::Local => gate.scheme(sessions.scheme(Local).realm("app")),
    };
    let routes = routes().route("/password", post(by_password)).merge(login.routes(&sessions));
    let app = routes.layer(Extension(sessions.clone())).layer(sessions.layer());
    Site { app: app.with_state(gate.build().unwrap()), store: store.clone(), idp: idp.clone() }
}

/// The id that the session of a user of the provider has.
const SAME_ID: &str = "https://id.example ada";

async fn password(site: &Site, jar: &mut Jar, id: &str) {
    assert_eq!(jar.ask_with(&site.app, "POST /password", &[], id).await.status, 200);
}

async fn body(site: &Site, jar: &mut Jar, line: &str) -> String {
    let answer = jar.ask(&site.app, line).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

#[tokio::test(start_paused = true)]
async fn each_session_is_of_the_account_that_has_signed_in() {
    let site = site(&Idp::new(), &Store::default(), Accepts::Both);
    let mut jar = Jar::default();
    for id in [SAME_ID, "ada"] {
        assert_eq!(site.sign_in(&mut jar, "", &json!({})).await.status, 303);
        assert_eq!(body(&site, &mut jar, "GET /me").await, "ada https://id.example s-1 ada");
        password(&site, &mut jar, id).await;
        assert_eq!(body(&site, &mut jar, "GET /me").await, format!("{id} - - -"));
    }
}

/// Otherwise, the next user of a browser could read the data by choosing the id of an account.
#[tokio::test(start_paused = true)]
async fn data_of_the_session_is_not_kept_for_an_account_with_the_same_id() {
    let site = site(&Idp::new(), &Store::default(), Accepts::Both);
    let mut jar = site.signed_in().await;
    body(&site, &mut jar, "POST /buy").await;
    assert_eq!(site.sign_in(&mut jar, "", &json!({})).await.status, 303);
    assert_eq!(body(&site, &mut jar, "GET /cart").await, "a book", "the same account");
    password(&site, &mut jar, SAME_ID).await;
    assert_eq!(body(&site, &mut jar, "GET /cart").await, "nothing");
    body(&site, &mut jar, "POST /buy").await;
    assert_eq!(site.sign_in(&mut jar, "", &json!({})).await.status, 303);
    assert_eq!(body(&site, &mut jar, "GET /cart").await, "nothing");
}

/// The application has added or removed the provider, or the accounts with passwords.
#[tokio::test(start_paused = true)]
async fn session_is_not_accepted_as_one_of_the_other_kind() {
    for (accepts, by_provider, by_password) in
        [(Accepts::Both, 200, 200), (Accepts::Local, 401, 200), (Accepts::Provider, 200, 401)]
    {
        let (idp, store) = (Idp::new(), Store::default());
        let both = site(&idp, &store, Accepts::Both);
        let (mut of_provider, mut local) = (both.signed_in().await, Jar::default());
        password(&both, &mut local, SAME_ID).await;
        let other = site(&idp, &store, accepts);
        assert_eq!(other.status(&mut of_provider, "GET /me").await, by_provider, "{accepts:?}");
        assert_eq!(other.status(&mut local, "GET /me").await, by_password, "{accepts:?}");
    }
}
