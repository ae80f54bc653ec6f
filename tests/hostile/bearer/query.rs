//! Places where tokens are never read: the query, the body and other fields (OAuth 2.1 section 5.1,
//! RFC 9110 section 11.7).

use authgate_tests::app::app;
use authgate_tests::ask::{ask, request, send};
use axum::body::Body;
use http::Request;

use crate::raw::good;

#[tokio::test]
async fn token_outside_of_authorization_is_ignored() {
    let (app, ran) = app();
    let token = good();
    let bearer = format!("Bearer {token}");
    let cookie = format!("access_token={token}; Authorization={token}");
    let elsewhere: [(&str, &str); 7] = [
        ("proxy-authorization", &bearer),
        ("x-authorization", &bearer),
        ("x-forwarded-authorization", &bearer),
        ("x-access-token", &token),
        ("x-api-key", &token),
        ("cookie", &cookie),
        ("sec-websocket-protocol", &bearer),
    ];
    for (name, value) in elsewhere {
        let answer = ask(&app, "GET /me", &[(name, value)]).await;
        assert_eq!((answer.status.as_u16(), &*answer.reason()), (401, "credentials_missing"), "{name}");
    }
    for parameter in ["access_token", "token", "authorization", "bearer", "jwt"] {
        let line = format!("GET /me?{parameter}={token}");
        assert_eq!(ask(&app, &line, &[]).await.reason(), "credentials_missing", "{parameter}");
    }
    let form = Request::put("/reports/1").header("content-type", "application/x-www-form-urlencoded");
    let form = form.body(Body::from(format!("access_token={token}"))).unwrap();
    assert_eq!(send(&app, form).await.reason(), "credentials_missing");
    assert_eq!(ran.times(), 0);
}

/// Only the field counts, whatever the query contains.
#[tokio::test]
async fn token_in_the_query_does_not_replace_the_field() {
    let (app, ran) = app();
    let line = format!("GET /me?access_token={}", good());
    let answer = ask(&app, &line, &[("authorization", "Bearer a.b.c")]).await;
    assert_eq!((answer.status.as_u16(), ran.times()), (401, 0));
    let answer =
        ask(&app, "GET /me?access_token=x", &[("authorization", &format!("Bearer {}", good()))]).await;
    assert_eq!((answer.status.as_u16(), ran.times()), (200, 1));
}

/// RFC 9110 section 5.3: two lines are ambiguous, even if both are equal.
#[tokio::test]
async fn two_authorization_lines_are_400() {
    let (app, ran) = app();
    let good = format!("Bearer {}", good());
    for second in [&*good, "Bearer a.b.c", "Basic YTpi", "", " ", "Bearer", "x"] {
        for lines in [[&*good, second], [second, &*good]] {
            let answer = send(&app, request("GET /me", &lines.map(|line| ("authorization", line)))).await;
            assert_eq!(
                (answer.status.as_u16(), &*answer.reason()),
                (400, "credentials_ambiguous"),
                "{second:?}"
            );
        }
    }
    let hundred = vec![("authorization", &*good); 100];
    assert_eq!(send(&app, request("GET /me", &hundred)).await.status, 400);
    assert_eq!(ran.times(), 0);
}
