use crate::examples::{basic, digest, mixed};
use crate::run::output;

/// Returns the exit status of wget: 0, 6 for a failed authentication, 8 for another error response.
async fn status(url: &str, name: &str, password: &str) -> Option<i32> {
    let (name, password) = (format!("--user={name}"), format!("--password={password}"));
    let arguments =
        ["--quiet", "--tries=1", "--timeout=20", "--output-document=/dev/null", &name, &password, url];
    output("wget", &arguments).await.status.code()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "requires wget, which .ci/clients installs"]
async fn authenticates_with_basic_and_digest() {
    for url in [basic().await, digest().await, mixed().await] {
        for (name, password, me, admin) in
            [("reader", "wonderland", 0, 8), ("chief", "пароль:42", 0, 0), ("chief", "wrong", 6, 6)]
        {
            assert_eq!(status(&format!("{url}/me"), name, password).await, Some(me), "{url} {name}");
            assert_eq!(status(&format!("{url}/admin"), name, password).await, Some(admin), "{url} {name}");
        }
    }
}
