//! Several processes behind one address behave as one.

use workspace::settings::Settings;
use workspace::start;

use crate::browser::{Browser, Server, settings};

/// Starts two processes with one database. The second one finds the users of the first one.
async fn two() -> (Server, Server) {
    let first = settings().await;
    let one = start(&first).await.unwrap();
    let file = |folder: &std::path::PathBuf| format!("sqlite://{}", folder.join("workspace.db").display());
    let database = first.database.clone().or_else(|| one.folder.as_ref().map(file));
    let other = start(&Settings { database, ..first }).await.unwrap();
    assert_eq!(other.password, None);
    (Server::of(one), Server::of(other))
}

/// Returns the same browser, which a proxy now sends to another process.
fn at(server: &Server, browser: &Browser) -> Browser {
    Browser { address: server.address, cookies: browser.cookies.clone() }
}

#[tokio::test]
async fn revoked_keys_and_new_roles_apply_to_the_next_request_of_every_process() {
    let (one, other) = two().await;
    let mut ada = one.signed_in("ada").await;
    let form = [("name", "Both"), ("read", "true"), ("days", "30")];
    let created = ada.post("/orgs/acme/keys", &form).await;
    let (_, key) = created.body.split_once("<code class=\"secret\">").unwrap();
    let fields = format!("x-api-key: {}\r\n", key.split('<').next().unwrap());
    other.browser().send("GET /api/me", &fields, "").await.assert(200, "acme");
    let list = ada.get("/orgs/acme/keys").await;
    let (_, revoke) = list.body.split_once("action=\"/orgs/acme/keys/").unwrap();
    ada.post(&format!("/orgs/acme/keys/{}", revoke.split('"').next().unwrap()), &[]).await;
    other.browser().send("GET /api/me", &fields, "").await.assert(401, "credentials_revoked");

    let login = [("email", "ed@example.com"), ("password", one.password.as_str())];
    let mut ed = at(&other, &one.browser());
    ed.post("/login", &login).await;
    ed.get("/orgs/acme/documents/new").await.assert(200, "New document");
    let id: String = sqlx::query_scalar("SELECT id FROM users WHERE email = 'ed@example.com'")
        .fetch_one(&one.db)
        .await
        .unwrap();
    ada.post(&format!("/orgs/acme/members/{id}"), &[("role", "viewer")]).await;
    ed.get("/orgs/acme/documents/new").await.assert(403, "You lack the required role.");
}
