//! Malformed and forged credentials, one table.

mod claims;
mod field;
mod form;
mod header;
mod query;
mod signature;

use authgate_tests::app::app;

use crate::outcome::Row;

fn table() -> Vec<Row> {
    let parts: [fn() -> Vec<Row>; 6] =
        [field::rows, form::rows, header::rows, signature::rows, claims::rows, claims::times];
    parts.iter().flat_map(|part| part()).collect()
}

#[tokio::test]
async fn every_row_is_answered_as_it_says() {
    let table = table();
    assert!(table.len() >= 650, "{} rows: some were lost", table.len());
    let (app, mut faults) = (app(), Vec::new());
    for row in &table {
        faults.extend(row.faults(&app).await);
    }
    assert!(faults.is_empty(), "{} of {} rows:\n{}", faults.len(), table.len(), faults.join("\n"));
}
