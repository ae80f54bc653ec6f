//! Malformed and forged bearer credentials, in one table.

mod claims;
mod field;
mod form;
mod header;
mod query;
mod signature;

use authgate::Gate;
use authgate::scheme::bearer::CacheSize;
use authgate_tests::app::{App, Ran, app, bearer, routes};

use crate::outcome::Row;

fn table() -> Vec<Row> {
    let parts: [fn() -> Vec<Row>; 6] =
        [field::rows, form::rows, header::rows, signature::rows, claims::rows, claims::times];
    parts.iter().flat_map(|part| part()).collect()
}

/// Returns the application with a cache of verified tokens.
fn cached_app() -> (axum::Router, Ran) {
    let ran = Ran::default();
    let gate = Gate::builder().scheme(bearer().cached(CacheSize::mebibytes(1))).build().expect("complete");
    (routes().with_state(App { gate, ran: ran.clone() }), ran)
}

#[tokio::test]
async fn every_row_gets_the_expected_response() {
    let table = table();
    assert!(table.len() >= 650, "{} rows: some were lost", table.len());
    let (app, cached, mut faults) = (app(), cached_app(), Vec::new());
    for row in &table {
        faults.extend(row.faults(&app).await);
        // The second request would find a cached token.
        for time in ["not known", "known"] {
            let again = row.faults(&cached).await;
            faults.extend(again.into_iter().map(|fault| format!("cached, {time}: {fault}")));
        }
    }
    assert!(faults.is_empty(), "{} of {} rows:\n{}", faults.len(), table.len(), faults.join("\n"));
}
