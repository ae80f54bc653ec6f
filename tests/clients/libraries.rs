use crate::examples::{basic, digest, mixed};
use crate::run::python;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "requires Python libraries, which .ci/clients installs"]
async fn authenticate_with_basic_and_digest() {
    for (url, scheme) in [(basic().await, "basic"), (digest().await, "digest"), (mixed().await, "basic")] {
        let printed = python("libraries.py", &[&url, scheme]).await;
        let mut expected = String::new();
        for (name, password, me, admin) in [
            ("reader", "wonderland", 200, 403),
            ("chief", "пароль:42", 200, 200),
            ("chief", "wrong", 401, 401),
        ] {
            for (path, status) in [("/me", me), ("/admin", admin)] {
                for library in ["requests", "httpx", "aiohttp"] {
                    expected += &format!("{library} {name} {password} {path} {status}\n");
                }
            }
        }
        assert_eq!(printed, expected, "{scheme} {url}");
    }
}
