use crate::examples::{api_key, basic, digest, mixed};
use crate::run::printed;

/// Returns the status of the last response that curl received.
async fn status(arguments: &[&str]) -> String {
    let silent = ["--silent", "--output", "/dev/null", "--max-time", "20", "--write-out", "%{http_code}"];
    printed("curl", &[&silent, arguments].concat()).await
}

const CALLERS: [(&str, &str, &str); 4] = [
    ("reader:wonderland", "200", "403"),
    ("chief:пароль:42", "200", "200"),
    ("chief:wrong", "401", "401"),
    ("nobody:wonderland", "401", "401"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "requires curl, which .ci/clients installs"]
async fn authenticates_with_basic_and_digest() {
    for (url, options) in [
        (basic().await, &["--basic"][..]),
        (basic().await, &["--anyauth"]),
        (digest().await, &["--digest"]),
        (digest().await, &["--anyauth"]),
        (mixed().await, &["--basic"]),
        (mixed().await, &["--anyauth"]),
    ] {
        for (user, me, admin) in CALLERS {
            for (path, expected) in [("/me", me), ("/admin", admin)] {
                let url = format!("{url}{path}");
                let got = status(&[options, &["--user", user, &url]].concat()).await;
                assert_eq!(got, expected, "{options:?} {user} {url}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "requires curl, which .ci/clients installs"]
async fn authenticates_with_an_api_key() {
    let (url, reader, chief) = api_key().await;
    for (key, me, admin) in [(reader.as_str(), "200", "403"), (&chief, "200", "200"), ("wrong", "401", "401")]
    {
        let field = format!("x-api-key: {key}");
        assert_eq!(status(&["--header", &field, &format!("{url}/me")]).await, me);
        assert_eq!(status(&["--header", &field, &format!("{url}/admin")]).await, admin);
    }
    assert_eq!(status(&[&format!("{url}/me")]).await, "401");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "requires curl, which .ci/clients installs"]
async fn gets_a_problem_document_by_default() {
    let url = format!("{}/me", mixed().await);
    let answer = printed("curl", &["--silent", "--include", "--max-time", "20", &url]).await;
    assert!(answer.contains("content-type: application/problem+json"), "{answer}");
    let text = ["--silent", "--include", "--max-time", "20", "--header", "accept: text/plain", &url];
    assert!(printed("curl", &text).await.contains("content-type: text/plain"));
    let head = printed("curl", &["--silent", "--head", "--max-time", "20", &url]).await;
    let (_, body) = head.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("www-authenticate: ") && body.is_empty(), "{head}");
}
