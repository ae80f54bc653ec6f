//! The locks of the examples: as reviewed, and as the routers behave.

use std::path::PathBuf;

use authgate::Router;
use authgate::scheme::Keys;
use authgate::testing::{Probe, assert_locked, probe};
use authgate_tests::token::SECRET;

use crate::{converted, documents, mixed, quickstart, resource_server, service_layer, session};

fn file(example: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../examples/{example}/access.lock"))
}

/// Asserts that the lock is current, and probes the router against it.
fn probe_locked<S: Clone + Send + Sync + 'static>(example: &str, routes: Router<S>, state: S) -> Probe<S> {
    let lock = file(example);
    assert_locked(&routes.access(), &lock);
    probe(routes, state, lock)
}

#[tokio::test]
async fn quickstart_example_matches_its_lock() {
    let (routes, state) =
        (quickstart::example::routes(), quickstart::example::state(Keys::hs256(SECRET).unwrap()));
    probe_locked("quickstart", routes, state.unwrap()).await.assert_clean();
}

#[tokio::test]
async fn documents_example_matches_its_lock() {
    let store = documents::example::Store::temporary().await.unwrap();
    let state = documents::example::state(Keys::hs256(SECRET).unwrap(), store).unwrap();
    let report = probe_locked("documents", documents::example::routes(), state)
        .path("/orgs/{org}/documents", "/orgs/acme/documents")
        .path("/orgs/{org}/documents/{id}", "/orgs/acme/documents/2")
        .path("/orgs/{org}/documents/{id}/share", "/orgs/acme/documents/2/share")
        .await;
    report.assert_clean();
}

#[tokio::test]
async fn mixed_example_matches_its_lock() {
    let keys = "reader=the-key-of-the-reader-2f6b1c9d,chief=the-key-of-the-chief-8a0e7d35";
    let (routes, state) = mixed::example::parts(keys, mixed::example::SECRET).await.unwrap();
    probe_locked("mixed", routes, state).await.assert_clean();
}

#[tokio::test]
async fn session_example_matches_its_lock() {
    let (routes, state) = session::example::parts().await.unwrap();
    probe_locked("session", routes, state).await.assert_clean();
}

#[tokio::test]
async fn service_layer_example_matches_its_lock() {
    let (routes, state) = service_layer::example::parts(Keys::hs256(SECRET).unwrap()).unwrap();
    probe_locked("service_layer", routes, state).await.assert_clean();
}

#[tokio::test]
async fn converted_example_matches_its_lock() {
    let state = converted::example::state(SECRET).unwrap();
    let draft = converted::example::Draft { title: "Printer".into() };
    state.tickets.open("vera", draft);
    probe_locked("converted", converted::example::routes(), state)
        .path("/api/tickets/{id}", "/api/tickets/1")
        .await
        .assert_clean();
}

#[tokio::test]
async fn resource_server_example_matches_its_lock() {
    let (routes, state) = resource_server::parts();
    probe_locked("resource_server", routes, state).await.assert_clean();
}
