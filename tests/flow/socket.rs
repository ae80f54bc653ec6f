//! Real connections: the exact bytes that clients send and read.

pub(crate) mod connection;

use authgate_tests::app::app;
use authgate_tests::token::token_of;

use connection::{Connection, Read};

const PLAIN: &str = "www-authenticate: Bearer realm=\"api\"";
const INVALID_TOKEN: &str = "www-authenticate: Bearer realm=\"api\", error=\"invalid_token\"";
const INVALID_REQUEST: &str = "www-authenticate: Bearer realm=\"api\", error=\"invalid_request\"";

/// Sends `GET /me` with these lines over a new connection.
async fn get_me(lines: impl AsRef<[u8]>) -> Read {
    let (app, ran) = app();
    let mut connection = Connection::to(app).await;
    let request = [b"GET /me HTTP/1.1\r\nHost: x\r\n", lines.as_ref(), b"\r\n"].concat();
    connection.send(&request).await;
    let answer = connection.read().await;
    assert_eq!(ran.times(), usize::from(answer.status == 200));
    answer
}

#[tokio::test]
async fn scheme_and_field_name_are_case_insensitive() {
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let answer = get_me(format!("aUTHORIZATION:   {scheme} {}  \r\n", token_of(&[]))).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "vera"));
    }
}

/// RFC 9110 section 5.3 and RFC 6750 section 2.
#[tokio::test]
async fn two_authorization_lines_are_400() {
    let good = format!("Authorization: Bearer {}\r\n", token_of(&[]));
    for lines in [
        format!("{good}{good}"),
        format!("{good}Authorization: \r\n"),
        format!("authorization: Basic x\r\n{good}"),
    ] {
        let answer = get_me(lines).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.lines("www-authenticate"), [INVALID_REQUEST]);
        assert!(answer.body.contains("credentials_ambiguous"));
    }
}

/// RFC 9110 section 5.5 and RFC 9112 section 5.2: hyper responds with 400 before authgate is
/// called.
#[tokio::test]
async fn invalid_field_syntax_is_400_from_hyper() {
    for lines in [
        &b"Authorization: Bearer\r\n abc\r\n"[..],
        b"Authorization: Bearer a\0b\r\n",
        b"Authorization : Bearer abc\r\n",
        b"Authorization: Bearer a\x7fb\r\n",
        b"Authorization: Bearer a\rb\r\n",
    ] {
        let answer = get_me(lines).await;
        assert_eq!((answer.status, answer.body.as_str()), (400, ""), "{lines:?}");
        assert!(answer.lines("www-authenticate").is_empty());
    }
}

#[tokio::test]
async fn non_ascii_credential_is_401_malformed() {
    for lines in
        [&b"Authorization: Bearer \xff\xfe.\x80\r\n"[..], "Authorization: Bearer \u{e9}\r\n".as_bytes()]
    {
        let answer = get_me(lines).await;
        assert_eq!(answer.status, 401);
        assert_eq!(answer.lines("www-authenticate"), [INVALID_TOKEN]);
        assert!(answer.body.contains("credentials_malformed"), "{}", answer.body);
    }
    let answer = get_me(b"Authorization: \xff\xfe\r\n").await;
    assert_eq!((answer.status, answer.lines("www-authenticate")), (401, vec![PLAIN]), "of no scheme");
}

#[tokio::test]
async fn empty_authorization_equals_no_credentials() {
    for lines in ["Authorization:\r\n", "Authorization: \t \r\n", ""] {
        let answer = get_me(lines).await;
        assert_eq!((answer.status, answer.lines("www-authenticate")), (401, vec![PLAIN]), "{lines:?}");
    }
}

/// RFC 9110 section 5.4.
#[tokio::test]
async fn oversized_header_section_is_431() {
    let long = format!("Authorization: Bearer {}\r\n", "a".repeat(1024 * 1024));
    let many = "X: y\r\n".repeat(200);
    for lines in [long, many] {
        assert_eq!(get_me(lines).await.status, 431);
    }
    let large = format!("Authorization: Bearer {}\r\n", "a".repeat(100 * 1024));
    assert_eq!(get_me(large).await.status, 401, "large, and answered");
}

#[tokio::test]
async fn connection_stays_usable_after_a_denial() {
    let (app, _) = app();
    let mut connection = Connection::to(app).await;
    connection.send(b"GET /me HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let denied = connection.read().await;
    assert_eq!((denied.status, denied.lines("cache-control")), (401, vec!["cache-control: no-store"]));
    let good = format!("GET /me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n", token_of(&[]));
    connection.send(good.as_bytes()).await;
    let answer = connection.read().await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "vera"));
    let body = format!("{{\"title\":\"{}\"}}", "a".repeat(100));
    let put = format!(
        "PUT /reports/1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    connection.send(put.as_bytes()).await;
    let denied = connection.read().await;
    assert_eq!(
        (denied.status, denied.lines("connection")),
        (401, vec!["connection: close"]),
        "a body is left"
    );
}

#[tokio::test]
async fn pipelined_requests_are_decided_separately() {
    let (app, ran) = app();
    let mut connection = Connection::to(app).await;
    let one = |credential: &str| {
        format!("GET /admin/reports HTTP/1.1\r\nHost: x\r\nAuthorization: {credential}\r\n\r\n")
    };
    let (viewer, admin) = (token_of(&["viewer"]), token_of(&["admin"]));
    let all = [
        one(&format!("Bearer {admin}")),
        one(""),
        one(&format!("Bearer {viewer}")),
        one(&format!("Bearer {admin}")),
    ];
    connection.send(all.concat().as_bytes()).await;
    for status in [200, 401, 403, 200] {
        assert_eq!(connection.read().await.status, status);
    }
    assert_eq!(ran.times(), 2);
}

/// RFC 9110 section 9.3.2.
#[tokio::test]
async fn head_response_has_the_fields_of_get_and_no_body() {
    let (app, _) = app();
    let mut connection = Connection::to(app).await;
    connection.send(b"GET /me HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let get = connection.read().await;
    connection.send(b"HEAD /me HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let head = connection.read_head().await;
    // The next bytes are the next response and not a body.
    connection.send(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert_eq!(connection.read().await.body, "ok");
    let without_date = |read: &Read| {
        read.head.lines().filter(|line| !line.starts_with("date:")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(without_date(&head), without_date(&get));
}

#[tokio::test]
async fn http_1_0_gets_the_same_responses() {
    let (app, _) = app();
    let mut connection = Connection::to(app.clone()).await;
    connection.send(b"GET /me HTTP/1.0\r\n\r\n").await;
    let answer = connection.read().await;
    assert_eq!((answer.status, answer.lines("www-authenticate")), (401, vec![PLAIN]));
    let mut connection = Connection::to(app).await;
    connection
        .send(format!("GET /me HTTP/1.0\r\nAuthorization: Bearer {}\r\n\r\n", token_of(&[])).as_bytes())
        .await;
    assert_eq!(connection.read().await.body, "vera");
}
