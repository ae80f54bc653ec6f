//! The work of users and programs, over real HTTP.

use std::time::Duration;

use workspace::documents::LONGEST_LIST;

use crate::browser::Server;

#[tokio::test]
async fn owner_creates_an_organization_adds_members_and_shares_a_document() {
    let server = Server::start().await;
    let (mut ada, mut vera) = (server.signed_in("ada").await, server.signed_in("vera").await);

    let created = ada.post("/orgs", &[("name", "Ada & Sons <1815>")]).await;
    let org = created.location().to_owned();
    assert!(created.status == 303 && org.starts_with("/orgs/ada-sons-1815-"), "{org}");
    ada.get(&org).await.assert(200, "Ada &amp; Sons &lt;1815&gt;");
    vera.get(&org).await.assert(404, "does not exist");

    let members = format!("{org}/members");
    let answer = ada.post(&members, &[("email", " Vera@Example.com "), ("role", "viewer")]).await;
    assert_eq!(answer.status, 303);
    ada.get(answer.location()).await.assert(200, "Vera Rubin");
    vera.get(&org).await.assert(200, "There are no documents that you may read.");
    vera.get(&format!("{org}/documents/new")).await.assert(403, "You lack the required role.");
    vera.get(&format!("{org}/keys")).await.assert(403, "Forbidden");

    let new = ada.post(&format!("{org}/documents"), &[("title", "Notes"), ("body", "<b>1</b>")]).await;
    let document = new.location().split('?').next().unwrap().to_owned();
    ada.get(new.location()).await.assert(200, "&lt;b&gt;1&lt;/b&gt;");
    vera.get(&document).await.assert(404, "does not exist");

    let share = format!("{document}/shares");
    ada.post(&share, &[("email", "nobody@example.com")]).await.assert(422, "No member");
    // A user of another organization cannot be named.
    ada.post(&share, &[("email", "grace@example.com")]).await.assert(422, "No member");
    assert_eq!(ada.post(&share, &[("email", "vera@example.com")]).await.status, 303);
    vera.get(&document).await.assert(200, "Shared with you");
    vera.get(&org).await.assert(200, "Notes");
    // She may know the document, and may not change it: 403 and not 404.
    for (path, form) in
        [("", [("title", "Mine")]), ("/delete", [("title", "")]), ("/shares", [("email", "x")])]
    {
        vera.post(&format!("{document}{path}"), &form).await.assert(403, "Forbidden");
    }
    ada.post(&share, &[("email", "vera@example.com"), ("can_edit", "true")]).await;
    assert_eq!(vera.post(&document, &[("title", "Ours"), ("open", "true")]).await.status, 303);
    // Only the owner decides who reads it.
    ada.get(&document).await.assert(200, "Shared by you");

    let reader: String = sqlx::query_scalar("SELECT id FROM users WHERE email = 'vera@example.com'")
        .fetch_one(&server.db)
        .await
        .unwrap();
    assert_eq!(ada.post(&format!("{share}/{reader}/remove"), &[]).await.status, 303);
    vera.get(&document).await.assert(404, "does not exist");
    assert_eq!(ada.post(&format!("{document}/delete"), &[]).await.location(), format!("{org}?done=deleted"));
    ada.get(&document).await.assert(404, "does not exist");

    // A removed member is out at the next request, and does not find the old shares later. The last
    // owner stays.
    let new = ada.post(&format!("{org}/documents"), &[("title", "Plans")]).await;
    let document = new.location().split('?').next().unwrap().to_owned();
    ada.post(&format!("{document}/shares"), &[("email", "vera@example.com")]).await;
    vera.get(&document).await.assert(200, "Shared with you");
    assert_eq!(ada.post(&format!("{members}/{reader}/remove"), &[]).await.status, 303);
    vera.get(&org).await.assert(404, "does not exist");
    let again = [("email", "vera@example.com"), ("role", "viewer")];
    assert_eq!(ada.post(&members, &again).await.status, 303);
    ada.post(&members, &again).await.assert(422, "a member already");
    vera.get(&document).await.assert(404, "does not exist");
    let owner: String = sqlx::query_scalar("SELECT id FROM users WHERE email = 'ada@example.com'")
        .fetch_one(&server.db)
        .await
        .unwrap();
    let refused = ada.post(&format!("{members}/{owner}"), &[("role", "viewer")]).await;
    ada.get(refused.location()).await.assert(200, "needs an owner");

    let delete = format!("{org}/delete");
    ada.post(&delete, &[("name", "ada")]).await.assert(422, "not the name");
    assert_eq!(ada.post(&delete, &[("name", "Ada & Sons <1815>")]).await.location(), "/");
    ada.get(&org).await.assert(404, "does not exist");
}

#[tokio::test]
async fn key_is_shown_once_works_within_its_scopes_and_ends_when_it_is_revoked() {
    let server = Server::start().await;
    let mut ada = server.signed_in("ada").await;
    let form = [("name", "Nightly"), ("read", "true"), ("days", "30")];
    let created = ada.post("/orgs/acme/keys", &form).await;
    created.assert(201, "not shown again");
    assert_eq!(created.field("cache-control"), Some("no-store"));
    let (_, key) = created.body.split_once("<code class=\"secret\">").unwrap();
    let key = key.split('<').next().unwrap().to_owned();
    let list = ada.get("/orgs/acme/keys").await;
    list.assert(200, "Nightly");
    assert!(!list.body.contains(&key));

    let mut program = server.browser();
    let fields = format!("x-api-key: {key}\r\ncontent-type: application/json\r\n");
    let documents = program.send("GET /api/orgs/acme/documents", &fields, "").await;
    documents.assert(200, "Holidays");
    assert!(!documents.body.contains("Salaries"), "private");
    program.send("GET /api/me", &fields, "").await.assert(200, r#""org":"acme""#);
    let denied = program.send("POST /api/orgs/acme/documents", &fields, r#"{"title":"x"}"#).await;
    denied.assert(403, "scope_missing");
    for path in ["/api/orgs/globex/documents", "/api/orgs/no-such/documents"] {
        program.send(&format!("GET {path}"), &fields, "").await.assert(404, "not_found");
    }
    // Pages are for people, and the API is for programs.
    assert_eq!(program.send("GET /orgs/acme", &fields, "").await.status, 401);
    assert_eq!(ada.send("GET /api/orgs/acme/documents", "", "").await.status, 401);
    ada.send("GET /api/me", "", "").await.assert(200, "Ada Lovelace");

    let (_, revoke) = list.body.split_once("action=\"/orgs/acme/keys/").unwrap();
    let revoke = format!("/orgs/acme/keys/{}", revoke.split('"').next().unwrap());
    // An owner of another organization cannot revoke it.
    let mut grace = server.signed_in("grace").await;
    grace.post(&revoke, &[]).await.assert(403, "Forbidden");
    grace.post(&revoke.replace("acme", "globex"), &[]).await;
    program.send("GET /api/me", &fields, "").await.assert(200, "acme");
    assert_eq!(ada.post(&revoke, &[]).await.status, 303);
    program.send("GET /api/me", &fields, "").await.assert(401, "credentials_revoked");
}

#[tokio::test]
async fn key_works_while_its_creator_is_an_owner() {
    let server = Server::start().await;
    let (mut ada, mut sam) = (server.signed_in("ada").await, server.signed_in("sam").await);
    let created = ada.post("/orgs/acme/keys", &[("name", "a"), ("read", "true"), ("days", "30")]).await;
    let (_, key) = created.body.split_once("<code class=\"secret\">").unwrap();
    let key = format!("x-api-key: {}\r\n", key.split('<').next().unwrap());
    let mut program = server.browser();
    let id: String = sqlx::query_scalar("SELECT id FROM users WHERE email = 'ada@example.com'")
        .fetch_one(&server.db)
        .await
        .unwrap();
    sam.post(&format!("/admin/users/{id}/suspend"), &[]).await;
    program.send("GET /api/me", &key, "").await.assert(401, "credentials_revoked");
    sam.post(&format!("/admin/users/{id}/reinstate"), &[]).await;
    program.send("GET /api/me", &key, "").await.assert(200, "acme");
    ada.post("/orgs/acme/members", &[("email", "grace@example.com"), ("role", "owner")]).await;
    ada.post(&format!("/orgs/acme/members/{id}"), &[("role", "editor")]).await;
    program.send("GET /api/me", &key, "").await.assert(401, "credentials_revoked");
    let mut grace = server.signed_in("grace").await;
    grace.get("/orgs/acme/keys").await.assert(200, "Paused");
    grace.post(&format!("/orgs/acme/members/{id}"), &[("role", "owner")]).await;
    program.send("GET /api/me", &key, "").await.assert(200, "acme");
    grace.post(&format!("/orgs/acme/members/{id}/remove"), &[]).await;
    program.send("GET /api/me", &key, "").await.assert(401, "credentials_revoked");
}

#[tokio::test]
async fn lists_of_documents_are_bounded() {
    let server = Server::start().await;
    let query = "INSERT INTO documents (id, org, owner, title, body, open, updated)
        SELECT $1, org, owner, 'Copy', body, open, 1 FROM documents WHERE title = 'Holidays'";
    for number in 0..=LONGEST_LIST {
        sqlx::query(query).bind(format!("copy-{number}")).execute(&server.db).await.unwrap();
    }
    let page = server.signed_in("ada").await.get("/orgs/acme").await;
    page.assert(200, "The newest 200.");
    page.assert(200, "Holidays");
    assert_eq!(page.body.matches("Copy").count(), LONGEST_LIST - 2);
}

#[tokio::test]
async fn program_writes_open_documents_that_people_see() {
    let server = Server::start().await;
    let mut ada = server.signed_in("ada").await;
    let form = [("name", "Writer"), ("read", "true"), ("write", "true"), ("days", "30")];
    let created = ada.post("/orgs/acme/keys", &form).await;
    let (_, key) = created.body.split_once("<code class=\"secret\">").unwrap();
    let fields =
        format!("x-api-key: {}\r\ncontent-type: application/json\r\n", key.split('<').next().unwrap());
    let mut program = server.browser();
    let body = r#"{"title":"Report","body":"42"}"#;
    let created = program.send("POST /api/orgs/acme/documents", &fields, body).await;
    created.assert(201, "Report");
    let address = created.location().to_owned();
    program.send(&format!("GET {address}"), &fields, "").await.assert(200, r#""body":"42""#);
    program.send(&format!("PUT {address}"), &fields, r#"{"title":"Report 2"}"#).await.assert(200, "Report 2");
    program.send(&format!("PUT {address}"), &fields, r#"{"title":""}"#).await.assert(422, "Write a title");
    server.signed_in("vera").await.get("/orgs/acme").await.assert(200, "Report 2");
}

/// The trail is written in the background, so the page is asked until it has the entry.
#[tokio::test]
async fn owners_and_staff_see_who_did_what() {
    let server = Server::start().await;
    let mut ed = server.signed_in("ed").await;
    // As axum decodes the path, and not as the client writes it.
    let form = [("title", "Plan B"), ("open", "true")];
    let created = ed.post("/orgs/%61cme/documents", &form).await;
    let document = created.location().split('?').next().unwrap();
    assert_eq!(ed.post(document, &form).await.status, 303);
    ed.get("/orgs/acme/keys").await.assert(403, "Forbidden");
    ed.get("/orgs/acme/audit").await.assert(403, "Forbidden");
    let mut ada = server.signed_in("ada").await;
    let written = async {
        loop {
            let page = ada.get("/orgs/acme/audit").await;
            if page.body.contains("edit a document") && page.body.contains("role_missing") {
                break page;
            }
        }
    };
    let page = tokio::time::timeout(Duration::from_secs(30), written).await.expect("the entries");
    page.assert(200, "Ed Roberts");
    for once in ["create a document", "edit a document"] {
        assert_eq!(page.body.matches(once).count(), 1, "{once}");
    }
    let mut grace = server.signed_in("grace").await;
    assert!(!grace.get("/orgs/globex/audit").await.body.contains("Ed Roberts"));
    server.signed_in("sam").await.get("/admin/audit").await.assert(200, "Ed Roberts");
    ada.get("/admin/audit").await.assert(403, "Forbidden");
}

#[tokio::test]
async fn staff_suspend_and_delete_users_at_once() {
    let server = Server::start().await;
    let (mut sam, mut ed) = (server.signed_in("sam").await, server.signed_in("ed").await);
    let id: String = sqlx::query_scalar("SELECT id FROM users WHERE email = 'ed@example.com'")
        .fetch_one(&server.db)
        .await
        .unwrap();
    ed.post(&format!("/admin/users/{id}/suspend"), &[]).await.assert(403, "Forbidden");
    assert_eq!(sam.post(&format!("/admin/users/{id}/suspend"), &[]).await.status, 303);
    ed.get("/orgs/acme").await.assert(403, "Your account is suspended.");
    ed.get("/").await.assert(403, "Your account is suspended.");
    let login = [("email", "ed@example.com"), ("password", server.password.as_str())];
    server.browser().post("/login", &login).await.assert(403, "Your account is suspended.");
    assert_eq!(sam.post(&format!("/admin/users/{id}/reinstate"), &[]).await.status, 303);
    ed.get("/orgs/acme").await.assert(200, "Launch plan");

    let grace: String = sqlx::query_scalar("SELECT id FROM users WHERE email = 'grace@example.com'")
        .fetch_one(&server.db)
        .await
        .unwrap();
    sam.get(&format!("/admin/users/{grace}/delete")).await.assert(200, "only owner of Globex");
    let page = sam.get(&format!("/admin/users/{id}/delete")).await;
    assert!(!page.body.contains("only owner"), "{}", page.body);

    // The cookie of a deleted user.
    assert_eq!(sam.post(&format!("/admin/users/{id}/delete"), &[]).await.status, 303);
    assert_eq!(ed.get("/orgs/acme").await.location(), "/login?return_to=/orgs/acme");
    ed.post("/orgs", &[("name", "x")]).await.assert(401, "Sign in");
    ed.get("/").await.assert(200, "Documents for your team");
    server.browser().post("/login", &login).await.assert(401, "password is wrong");
}

#[tokio::test]
async fn users_sign_in_come_back_to_their_page_and_sign_out() {
    let server = Server::start().await;
    let mut vera = server.browser();
    let login = vera.get("/orgs/acme/members").await.location().to_owned();
    assert_eq!(login, "/login?return_to=/orgs/acme/members");
    vera.get(&login).await.assert(200, r#"value="/orgs/acme/members""#);
    let form = |password| {
        [("email", "VERA@example.com"), ("password", password), ("return_to", "/orgs/acme/members")]
    };
    let wrong = vera.post("/login", &form("wrong")).await;
    wrong.assert(401, r#"value="/orgs/acme/members""#);
    assert_eq!(wrong.field("www-authenticate"), Some(r#"Cookie realm="workspace""#));
    // The page asks for a recent login until there is one, also at the provider.
    let step_up = "/login?reason=step_up_required&max_age=60&return_to=/orgs/acme/members";
    vera.get(step_up).await.assert(200, "max_age=60\">Sign in with your provider");
    let again = [&form("wrong")[..], &[("max_age", "60")]].concat();
    vera.post("/login", &again).await.assert(401, "Confirm that it is you");
    vera.get(step_up).await.assert(200, "Keep me signed in");
    vera.get("/login?max_age=x").await.assert(200, "<h1>Sign in</h1>");
    let right = vera.post("/login", &form(&server.password)).await;
    assert_eq!((right.status, right.location()), (303, "/orgs/acme/members"));
    assert!(!right.field("set-cookie").unwrap().contains("Max-Age"), "until the browser is closed");
    vera.get("/orgs/acme/members").await.assert(200, "Vera Rubin");
    let stolen = vera.clone();
    assert_eq!(vera.post("/logout", &[]).await.location(), "/login");
    assert!(vera.cookies.is_empty());
    assert_eq!(stolen.clone().get("/orgs/acme").await.status, 303, "the session has ended");

    let mut remembered = form(&server.password).to_vec();
    remembered.push(("remember", "true"));
    let answer = vera.post("/login", &remembered).await;
    assert!(answer.field("set-cookie").unwrap().contains("Max-Age=259"), "{}", answer.head);
}
