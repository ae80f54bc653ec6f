//! Serves the examples.

use authgate_tests::http::Server;
use tower_http::cors::{AllowOrigin, CorsLayer};

macro_rules! example {
    ($name:ident, $path:literal) => {
        #[allow(
            clippy::doc_markdown,
            clippy::exhaustive_enums,
            clippy::missing_errors_doc,
            clippy::print_stderr,
            clippy::print_stdout,
            dead_code,
            let_underscore_drop,
            missing_debug_implementations,
            missing_docs,
            unreachable_pub,
            reason = "examples are written like applications"
        )]
        #[path = $path]
        pub(crate) mod $name;
    };
}

example!(basic_example, "../../examples/basic.rs");
example!(digest_example, "../../examples/digest.rs");
example!(api_key_example, "../../examples/api_key.rs");
example!(session_example, "../../examples/session.rs");
example!(mixed_example, "../../examples/mixed.rs");
example!(documents_example, "../../examples/documents.rs");

/// Serves an application and returns its address.
pub(crate) async fn serve(app: axum::Router) -> String {
    format!("http://{}", Server::of(app).await.address)
}

pub(crate) async fn basic() -> String {
    serve(basic_example::app().await.unwrap()).await
}

pub(crate) async fn digest() -> String {
    serve(digest_example::app().unwrap()).await
}

const READER: &str = "the-key-of-the-reader-2f6b1c9d";
const CHIEF: &str = "the-key-of-the-chief-8a0e7d35";

/// Returns the address, the reader's key and the chief's key.
pub(crate) async fn api_key() -> (String, String, String) {
    let keys = api_key_example::read(&format!("reader={READER},chief={CHIEF}")).unwrap();
    (serve(api_key_example::app(&keys).unwrap()).await, READER.to_owned(), CHIEF.to_owned())
}

pub(crate) async fn session() -> String {
    serve(session_example::app().await.unwrap()).await
}

async fn mixed_app() -> axum::Router {
    let keys = format!("reader={READER},chief={CHIEF}");
    mixed_example::app(&keys, mixed_example::SECRET).await.unwrap()
}

pub(crate) async fn mixed() -> String {
    serve(mixed_app().await).await
}

/// The mixed example for scripts of other origins.
pub(crate) async fn mixed_with_cors() -> String {
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::mirror_request())
        .allow_credentials(true)
        .allow_headers(["x-api-key".parse().unwrap(), http::header::AUTHORIZATION])
        .expose_headers([http::header::WWW_AUTHENTICATE]);
    serve(mixed_app().await.layer(cors)).await
}
