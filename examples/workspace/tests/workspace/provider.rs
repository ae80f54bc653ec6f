//! Sign-in by the provider in this process.

use authgate::scheme::ResolveError;
use authgate::{Context, Resolve as _};
use serde_json::json;
use workspace::provider::Claims;
use workspace::users::Users;

use crate::browser::{Answer, Browser, Server};

/// Splits an address of this machine: `http://127.0.0.1:80/x` -> (`127.0.0.1:80`, `/x`).
fn split(url: &str) -> (std::net::SocketAddr, String) {
    let (address, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    (address.parse().unwrap(), format!("/{path}"))
}

/// Returns the value of a hidden field.
fn hidden(page: &Answer, name: &str) -> String {
    let (_, value) = page.body.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    value.split('"').next().unwrap().to_owned()
}

/// Signs in at the provider, and returns the answer of the callback.
async fn sign_in(server: &Server, browser: &mut Browser, path: &str, email: &str) -> Answer {
    let start = browser.get(path).await;
    assert_eq!(start.status, 303, "{}", start.body);
    let (provider, page) = split(start.location());
    let mut at_provider = Browser { address: provider, ..server.browser() };
    let form = at_provider.get(&page).await;
    let names = ["redirect_uri", "state", "nonce", "code_challenge"];
    let values = names.map(|name| hidden(&form, name));
    let mut fields = vec![("email", email), ("password", server.password.as_str())];
    fields.extend(names.into_iter().zip(values.iter().map(String::as_str)));
    at_provider
        .post("/authorize", &[&fields[..1], &[("password", "wrong")], &fields[2..]].concat())
        .await
        .assert(401, "wrong");
    let answer = at_provider.post("/authorize", &fields).await;
    browser.get(&split(answer.location()).1).await
}

#[tokio::test]
async fn users_of_the_provider_are_the_accounts_with_the_verified_address() {
    let server = Server::start().await;
    let mut vera = server.browser();
    vera.get("/login?return_to=/orgs/acme/members").await.assert(200, "Sign in with your provider");
    let path = "/login/provider?return_to=%2Forgs%2Facme%2Fmembers";
    let answer = sign_in(&server, &mut vera, path, "vera@example.com").await;
    assert_eq!((answer.status, answer.location()), (303, "/orgs/acme/members"), "{}", answer.body);
    vera.get("/orgs/acme/members").await.assert(200, "Vera Rubin");
    vera.get("/orgs/globex").await.assert(404, "does not exist");
    vera.get("/orgs/acme/keys").await.assert(403, "Forbidden");

    // The same account, by password, in another browser. Each sign-in ends by itself.
    let mut other = server.signed_in("vera").await;
    assert_eq!(vera.post("/logout", &[]).await.location(), "/login");
    assert_eq!(vera.get("/orgs/acme").await.status, 303);
    other.get("/orgs/acme").await.assert(200, "Launch plan");

    // The answer of the provider counts once, and in this browser only.
    let start = server.browser().get("/login/provider").await;
    let (_, page) = split(start.location());
    let stolen = page.split_once("state=").unwrap().1.split('&').next().unwrap().to_owned();
    let forged = format!("/login/provider/callback?code=x&state={stolen}");
    server.browser().get(&forged).await.assert(401, "401");
}

#[tokio::test]
async fn demo_provider_rejects_the_redirect_uri_of_another_client() {
    let server = Server::start().await;
    let (provider, page) = split(server.browser().get("/login/provider").await.location());
    let mut browser = Browser { address: provider, ..server.browser() };
    browser.get(&page).await.assert(200, "Continue");
    let (start, rest) = page.split_once("redirect_uri=").unwrap();
    let rest = rest.split_once('&').unwrap().1;
    for other in ["https%3A%2F%2Fevil.example%2F", &format!("http%3A%2F%2F{}%2F%0D%0Ax", server.address)] {
        let answer = browser.get(&format!("{start}redirect_uri={other}&{rest}")).await;
        answer.assert(400, "redirect URI");
        let form = [("email", "ada@example.com"), ("password", server.password.as_str()), ("state", "1")];
        let form = [&form[..], &[("nonce", "1"), ("code_challenge", "1")]].concat();
        let forged = "https://evil.example/\r\n";
        let answer = browser.post("/authorize", &[&form[..], &[("redirect_uri", forged)]].concat()).await;
        answer.assert(400, "redirect URI");
    }
}

#[tokio::test]
async fn suspended_and_deleted_users_of_the_provider_are_denied() {
    let server = Server::start().await;
    let (mut ed, mut sam) = (server.browser(), server.signed_in("sam").await);
    sign_in(&server, &mut ed, "/login/provider", "ed@example.com").await;
    ed.get("/orgs/acme").await.assert(200, "Launch plan");
    let id: String = sqlx::query_scalar("SELECT id FROM users WHERE email = 'ed@example.com'")
        .fetch_one(&server.db)
        .await
        .unwrap();
    sam.post(&format!("/admin/users/{id}/suspend"), &[]).await;
    ed.get("/orgs/acme").await.assert(403, "Your account is suspended.");
    sam.post(&format!("/admin/users/{id}/delete"), &[]).await;
    ed.get("/orgs/acme").await.assert(403, "403");
    let mut again = server.browser();
    sign_in(&server, &mut again, "/login/provider", "ed@example.com").await.assert(403, "403");
}

#[tokio::test]
async fn recent_login_at_the_provider_satisfies_a_dangerous_page() {
    let server = Server::start().await;
    let mut ada = server.browser();
    let path = "/login/provider?return_to=%2Forgs%2Facme%2Fdelete&max_age=300";
    let answer = sign_in(&server, &mut ada, path, "ada@example.com").await;
    assert_eq!(answer.location(), "/orgs/acme/delete");
    ada.get("/orgs/acme/delete").await.assert(200, "Delete Acme");
}

#[tokio::test]
async fn address_that_the_provider_has_not_verified_is_not_an_account() {
    let server = Server::start().await;
    let accounts = Users(server.db.clone());
    let context = Context::of("Cookie").with_issuer(Some("https://id.example".into()));
    let resolve = async |claims: serde_json::Value| {
        accounts
            .resolve(serde_json::from_value::<Claims>(claims).unwrap(), &context)
            .await
            .map(|user| user.name)
    };
    for claims in [
        json!({ "sub": "1" }),
        json!({ "sub": "1", "email": "ada@example.com" }),
        json!({ "sub": "1", "email": "ada@example.com", "email_verified": false }),
        json!({ "sub": "1", "email": "nobody@example.com", "email_verified": true }),
    ] {
        assert!(matches!(resolve(claims).await, Err(ResolveError::UnknownAccount)));
    }
    let verified = json!({ "sub": "1", "email": "Ada@Example.com", "email_verified": true });
    assert_eq!(resolve(verified).await.ok().unwrap(), "Ada Lovelace");
    // Once linked, the subject counts, and another address does not change the account.
    let renamed = json!({ "sub": "1", "email": "vera@example.com", "email_verified": true });
    assert_eq!(resolve(renamed).await.ok().unwrap(), "Ada Lovelace");
}
