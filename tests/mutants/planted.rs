//! Copies of an example with mistakes, written by `mutants` to a file whose path is in the
//! environment.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "tests")]

use std::panic::{AssertUnwindSafe, catch_unwind};

use authgate::testing::{assert_locked, probe};

const LOCK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/documents/access.lock");

/// Writes the lock of the example for a copy, whose types are in another module.
fn lock_of(copy: &str) -> String {
    let (example, copied) = ("examples::documents::example::", format!("{}::{copy}::", module_path!()));
    let lock = std::fs::read_to_string(LOCK).unwrap();
    assert!(lock.contains(example), "the lock names the example's types otherwise: {lock}");
    let path = format!("{}/{copy}.lock", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&path, lock.replace(example, &copied)).unwrap();
    path
}

macro_rules! check {
    ($mistake:ident) => {
        #[test]
        fn $mistake() {
            let lock = &lock_of(stringify!($mistake));
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let (routes, state) = ($mistake::routes, runtime.block_on($mistake::state_for_tests()));
            let locked = catch_unwind(AssertUnwindSafe(|| assert_locked(&routes().access(), lock)));
            let report = runtime.block_on(async {
                probe(routes(), state, lock)
                    .path("/orgs/{org}/documents", "/orgs/acme/documents")
                    .path("/orgs/{org}/documents/{id}", "/orgs/acme/documents/2")
                    .path("/orgs/{org}/documents/{id}/share", "/orgs/acme/documents/2/share")
                    .await
            });
            println!("\n{report}");
            let by = [("lock", locked.is_err()), ("probe", !report.failures().is_empty())];
            let by: Vec<_> = by.into_iter().filter(|(_, caught)| *caught).map(|(by, _)| by).collect();
            println!(
                "caught {}: {}",
                stringify!($mistake),
                if by.is_empty() { "nothing".to_owned() } else { by.join(" ") }
            );
        }
    };
}

include!(env!("AUTHGATE_PLANTED"));
