//! The cookie that binds a login to its browser.

use authgate::oidc::CookieKey;
use authgate_tests::jar::Jar;
use authgate_tests::session::Store;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::world::{Idp, SESSION, Site, open_logins};

/// Returns the name and the value of the only login cookie.
fn login_cookie(jar: &Jar) -> (String, String) {
    let line = jar.line();
    let mut cookies = line.split("; ").filter(|pair| pair.starts_with("__Host-login-"));
    let (name, value) = cookies.next().unwrap().split_once('=').unwrap();
    assert!(cookies.next().is_none());
    (name.to_owned(), value.to_owned())
}

/// RFC 6265bis section 4.1.3.
#[tokio::test(start_paused = true)]
async fn cookie_has_the_host_prefix_and_a_short_lifetime() {
    let site = Site::new();
    let answer = Jar::default().ask(&site.app, "GET /login").await;
    let line = answer.header("set-cookie").unwrap();
    let (pair, attributes) = line.split_once(';').unwrap();
    let (name, _) = pair.split_once('=').unwrap();
    assert_eq!(name.len(), "__Host-login-".len() + 12, "{name}");
    assert_eq!(attributes, " Path=/; Max-Age=900; HttpOnly; SameSite=Lax; Secure");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(answer.body.is_empty());
}

/// The secrets are derived from the key, so the cookie contains none of them.
#[tokio::test(start_paused = true)]
async fn cookie_contains_neither_the_verifier_nor_the_nonce() {
    let site = Site::new();
    let mut jar = Jar::default();
    let asked = site.start(&mut jar, "?return_to=/me").await;
    let (_, value) = login_cookie(&jar);
    let content = URL_SAFE_NO_PAD.decode(value.split('.').next().unwrap()).unwrap();
    let content: Value = serde_json::from_slice(&content).unwrap();
    assert_eq!(content.as_array().unwrap().len(), 6, "{content}");
    assert_eq!(
        (&content[0], &content[2], &content[4]),
        (&json!(asked["state"]), &json!(43200), &json!("/me"))
    );
    assert!(!content.to_string().contains(&asked["nonce"]));
}

#[tokio::test(start_paused = true)]
async fn forged_and_truncated_cookies_are_rejected() {
    let site = Site::new();
    let mut jar = Jar::default();
    let asked = site.start(&mut jar, "?max_age=60").await;
    let (name, value) = login_cookie(&jar);
    let (content, mac) = value.split_once('.').unwrap();
    let weaker =
        String::from_utf8(URL_SAFE_NO_PAD.decode(content).unwrap()).unwrap().replace(",60,", ",99999,");
    let mut flipped = value.clone().into_bytes();
    flipped[5] ^= 1;
    for forged in [
        String::new(),
        ".".to_owned(),
        content.to_owned(),
        format!("{content}."),
        format!(".{mac}"),
        format!("{content}.{}", &mac[1..]),
        format!("{content}.{mac}a"),
        format!("{content}.{mac}.{mac}"),
        value[1..].to_owned(),
        format!("\"{value}\""),
        format!("{}.{mac}", URL_SAFE_NO_PAD.encode(weaker)),
        String::from_utf8(flipped).unwrap(),
        format!("{}.{}", "A".repeat(20_000), mac),
        format!("{value}; {name}={value}"),
    ] {
        let mut other = jar.clone();
        other.set(&name, &forged);
        let target = site.idp.answer(&asked, &json!({}));
        let answer = other.ask(&site.app, &format!("GET {target}")).await;
        assert_eq!(answer.status, 401, "{forged}");
        assert!(other.get(SESSION).is_none());
    }
    // A cookie of one login under the name of another one.
    let second = site.start(&mut jar, "").await;
    let names: Vec<_> =
        jar.line().split("; ").map(|pair| pair.split_once('=').unwrap().0.to_owned()).collect();
    for name in names {
        jar.set(&name, &value);
    }
    assert_eq!(site.status(&mut jar, &format!("GET {}", site.idp.answer(&second, &json!({})))).await, 401);
    assert_eq!(site.status(&mut jar, &format!("GET {}", site.idp.answer(&asked, &json!({})))).await, 303);
}

/// Another service may have the same key, and a process another one.
#[tokio::test(start_paused = true)]
async fn cookie_of_another_key_or_client_is_rejected() {
    let (idp, store) = (Idp::new(), Store::default());
    let site = Site::of(&idp, &store, |login| login);
    let other_key = Site::of(&idp, &store, |login| login.cookie_key(CookieKey::new([7; 32]).unwrap()));
    let other_client = Site::of(&idp, &store, |login| login.client("other", "web secret&"));
    for other in [other_key, other_client] {
        let mut jar = Jar::default();
        let asked = other.start(&mut jar, "").await;
        assert_eq!(site.status(&mut jar, &format!("GET {}", idp.answer(&asked, &json!({})))).await, 401);
        assert!(jar.get(SESSION).is_none());
    }
    assert!(CookieKey::new([7; 31]).unwrap_err().to_string().contains("31 bytes"));
    assert_eq!(format!("{:?}", CookieKey::new([7; 32]).unwrap()), "CookieKey { .. }");
}

#[tokio::test(start_paused = true)]
async fn browser_has_a_bounded_number_of_logins() {
    let site = Site::new();
    let mut jar = Jar::default();
    let mut all = Vec::new();
    for _ in 0..30 {
        all.push(site.start(&mut jar, "?return_to=/me").await);
        assert!(open_logins(&jar) <= 10);
    }
    assert_eq!(open_logins(&jar), 10);
    let last = all.pop().unwrap();
    assert_eq!(site.status(&mut jar, &format!("GET {}", site.idp.answer(&last, &json!({})))).await, 303);
    // Servers limit the size of the header section.
    let long = format!("?return_to=/{}", "a".repeat(2000));
    for _ in 0..30 {
        site.start(&mut jar, &long).await;
        assert!(jar.line().len() < 8 * 1024, "{}", jar.line().len());
    }
    assert!(open_logins(&jar) >= 1);
}

#[tokio::test(start_paused = true)]
async fn cookies_that_are_not_valid_are_removed_at_the_next_login() {
    let site = Site::new();
    let mut jar = Jar::default();
    jar.set("__Host-login-AAAAAAAAAAAA", "garbage");
    jar.set("__Host-login-x y", "kept");
    jar.set("theme", "dark");
    site.start(&mut jar, "").await;
    assert_eq!(jar.get("__Host-login-AAAAAAAAAAAA"), None);
    assert_eq!(jar.get("theme"), Some("dark"));
    assert_eq!(open_logins(&jar), 2, "an unknown name stays, and one is new");
}
