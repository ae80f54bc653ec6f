//! Requests that no page of the application sends.

use crate::browser::{Server, raw};

#[tokio::test]
async fn forms_with_missing_or_malformed_fields_get_a_page() {
    let server = Server::start().await;
    let mut ada = server.signed_in("ada").await;
    let long = "x".repeat(121);
    for (path, form, status, text) in [
        ("/orgs", vec![], 422, "Write a name"),
        ("/orgs", vec![("name", "\u{7}")], 422, "Write a name"),
        ("/orgs/acme/documents", vec![], 422, "Write a title"),
        ("/orgs/acme/documents", vec![("title", long.as_str())], 422, "Write a title"),
        ("/orgs/acme/documents", vec![("title", "a"), ("body", "\0")], 422, "control characters"),
        ("/orgs/acme/documents", vec![("title", "a"), ("owner", "ed")], 422, "cannot be read"),
        ("/orgs/acme/members", vec![], 422, "cannot be read"),
        ("/orgs/acme/members", vec![("email", "\0"), ("role", "owner")], 422, "No account"),
        ("/orgs/acme/members", vec![("email", "vera@example.com"), ("role", "root")], 422, "cannot be read"),
        ("/orgs/acme/keys", vec![], 422, "Write a name"),
        ("/orgs/acme/keys", vec![("name", "a")], 422, "Choose what"),
        ("/orgs/acme/keys", vec![("name", "a"), ("read", "true"), ("days", "0")], 422, "Choose when"),
        ("/orgs/acme/keys", vec![("name", "a"), ("read", "true"), ("days", "99999")], 422, "cannot be read"),
        ("/orgs/acme/delete", vec![], 422, "not the name"),
        ("/login", vec![], 401, "password is wrong"),
        ("/login", vec![("email", "\0"), ("password", "x")], 401, "password is wrong"),
    ] {
        let answer = ada.post(path, &form).await;
        answer.assert(status, text);
        assert!(answer.body.starts_with("<!DOCTYPE html>"), "{path}: {}", answer.body);
    }
    let json = ada.send("POST /orgs", "content-type: application/json\r\n", "{}").await;
    json.assert(415, "cannot be read");
    let latin =
        ada.send("POST /orgs", "content-type: application/x-www-form-urlencoded\r\n", "name=%FF").await;
    assert!(latin.status == 422 || latin.status == 303, "{}", latin.status);
}

#[tokio::test]
async fn large_bodies_are_413_and_texts_at_the_limit_are_saved() {
    let server = Server::start().await;
    let mut ada = server.signed_in("ada").await;
    // Three bytes each in the form.
    let body = "ä".repeat(50_000);
    assert_eq!(ada.post("/orgs/acme/documents", &[("title", "Long"), ("body", &body)]).await.status, 303);
    let body = "x".repeat(100_001);
    ada.post("/orgs/acme/documents", &[("title", "a"), ("body", &body)]).await.assert(422, "longer than");
    let body = "x".repeat(400_001);
    ada.post("/orgs/acme/documents", &[("title", "a"), ("body", &body)]).await.assert(413, "cannot be read");
    // An anonymous caller is 401 before the body is read.
    let head = "POST /orgs/acme/documents HTTP/1.1\r\nhost: x\r\ncontent-length: 9000000000\r\n\r\n";
    assert_eq!(raw(server.address, head).await.status, 401);
}

#[tokio::test]
async fn ids_of_other_organizations_and_ids_that_are_none_are_404() {
    let server = Server::start().await;
    let mut grace = server.signed_in("grace").await;
    let weather = grace.get("/orgs/globex").await.link("Weather machine");
    let mut ada = server.signed_in("ada").await;
    let salaries = ada.get("/orgs/acme").await.link("Salaries");
    let missing = ada.get("/orgs/acme/documents/0").await;
    for path in [
        weather.as_str(),
        // The id exists, and not in this organization.
        &weather.replace("globex", "acme"),
        &salaries.replace("acme", "globex"),
        "/orgs/globex",
        "/orgs/ACME",
        "/orgs/acme%00",
        "/orgs/acme/documents/%00",
        "/orgs/acme/documents/'%20OR%20'1'='1",
        "/orgs/acme/documents/x%2Fedit",
        "/orgs/%F0%9F%92%A9/members",
        &format!("/orgs/{}", "a".repeat(5000)),
    ] {
        let answer = ada.get(path).await;
        assert_eq!((answer.status, &answer.body), (404, &missing.body), "{path}");
    }
    // Ed is a member of both organizations.
    let mut ed = server.signed_in("ed").await;
    assert_eq!(ed.get(&weather).await.status, 200);
    assert_eq!(ed.get(&weather.replace("globex", "acme")).await.status, 404);
    for path in ["/no/such/page", "/orgs/acme/no-such", "/orgs/acme/"] {
        ada.get(path).await.assert(404, "nothing here");
    }
    ada.send("GET /api/no-such", "", "").await.assert(404, r#""status":404"#);
    // A form to a member, a reader or a key that does not exist changes nothing.
    for path in ["/orgs/acme/members/%00/remove", "/orgs/acme/members/x/remove", "/orgs/acme/keys/%00/revoke"]
    {
        assert_eq!(ada.post(path, &[]).await.status, 303, "{path}");
    }
    // Owners of another organization get the 403 of one that does not exist.
    let mut bodies = Vec::new();
    for org in ["acme", "no-such"] {
        let answer = grace.post(&format!("/orgs/{org}/keys"), &[("name", "x")]).await;
        answer.assert(403, "Forbidden");
        let (before, after) = answer.body.split_once("this number: <code>").unwrap();
        bodies.push((before.to_owned(), after.split_once('<').unwrap().1.to_owned()));
    }
    assert_eq!(bodies[0], bodies[1]);
}

#[tokio::test]
async fn forms_of_other_sites_are_403() {
    let server = Server::start().await;
    let mut ada = server.signed_in("ada").await;
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    for origin in ["sec-fetch-site: cross-site\r\n", "origin: https://evil.example\r\n", "origin: null\r\n"] {
        for path in ["/orgs", "/orgs/acme/members", "/orgs/acme/delete", "/logout", "/admin/users/x/delete"] {
            let answer = ada.send(&format!("POST {path}"), &format!("{form}{origin}"), "name=Acme").await;
            answer.assert(403, "other sites");
        }
        // A victim cannot be signed in to the account of an attacker.
        let login = format!("email=ada%40example.com&password={}", server.password);
        let answer = server.browser().send("POST /login", &format!("{form}{origin}"), &login).await;
        answer.assert(403, "other sites");
    }
    ada.get("/orgs/acme").await.assert(200, "Holidays");
}

#[tokio::test]
async fn forged_cookies_and_keys_are_401() {
    let server = Server::start().await;
    let mut ada = server.signed_in("ada").await;
    let (name, value) = ada.cookies.pop_first().unwrap();
    for forged in ["", "x", "%00", &value[1..], &format!("{value}{value}"), &"A".repeat(4000)] {
        ada.cookies.insert(name.clone(), forged.to_owned());
        assert_eq!(ada.get("/orgs/acme").await.status, 303, "{forged:?}");
        assert_eq!(ada.post("/orgs", &[("name", "x")]).await.status, 401, "{forged:?}");
    }
    for key in ["", "x", "workspace_x", &"A".repeat(4000)] {
        let answer = server.browser().send("GET /api/me", &format!("x-api-key: {key}\r\n"), "").await;
        assert_eq!(answer.status, 401, "{key:?}: {}", answer.body);
    }
}

#[tokio::test]
async fn eleventh_wrong_password_is_429() {
    let server = Server::start().await;
    let mut browser = server.browser();
    for number in 0..10 {
        let password = format!("wrong {number}");
        let form = [("email", "ada@example.com"), ("password", password.as_str())];
        assert_eq!(browser.post("/login", &form).await.status, 401);
    }
    let form = [("email", "ada@example.com"), ("password", server.password.as_str())];
    let answer = browser.post("/login", &form).await;
    answer.assert(429, "Too Many Requests");
    assert!(answer.field("retry-after").is_some());
    // Other users of the network are not locked out.
    server.signed_in("vera").await;
}

/// A closed pool stands for a database that does not respond.
#[tokio::test]
async fn outage_of_the_database_is_503_and_signs_no_user_out() {
    let server = Server::start().await;
    let mut ada = server.signed_in("ada").await;
    let mut program = server.browser();
    assert_eq!(program.send("GET /ready", "", "").await.status, 200);
    server.db.close().await;
    assert_eq!(program.send("GET /ready", "", "").await.status, 503);
    assert_eq!(program.send("GET /health", "", "").await.status, 200);
    ada.get("/orgs/acme").await.assert(503, "Service Unavailable");
    assert_eq!(ada.cookies.len(), 1);
    let key = "x-api-key: workspace_0123456789abcdefghijklmnopqrstuvwxyzABCDEF\r\n";
    program.send("GET /api/me", key, "").await.assert(503, "undecided");
    let form = [("email", "ada@example.com"), ("password", server.password.as_str())];
    program.post("/login", &form).await.assert(503, "Service Unavailable");
}
