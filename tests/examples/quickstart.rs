//! `examples/quickstart.rs`; `.ci/quickstart` runs each line that it prints.

#[allow(
    clippy::doc_markdown,
    clippy::exhaustive_enums,
    clippy::missing_errors_doc,
    clippy::print_stderr,
    clippy::print_stdout,
    dead_code,
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    reason = "an example is written as an application is"
)]
#[path = "../../examples/quickstart.rs"]
pub(crate) mod example;

use authgate::scheme::Keys;
use authgate_tests::ask::ask;
use authgate_tests::token::SECRET;

pub(crate) async fn app() -> axum::Router {
    example::app(Keys::hs256(SECRET).unwrap()).unwrap()
}

#[tokio::test]
async fn it_answers_as_it_says() {
    let app = app().await;
    ask(&app, "GET /health", &[]).await.assert_is(200, "ok");
    ask(&app, "GET /me", &[]).await.assert_denied(401, "credentials_missing", &["Bearer realm=\"api\""]);
}
