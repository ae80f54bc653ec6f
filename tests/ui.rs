//! Compiler output is a user interface. These tests cover each mistake with its error text, and
//! code that must compile.
//!
//! All cases share one project, so the second test waits for the first. `--test-threads` is not
//! needed.

/// Errors that `cargo check` reports.
#[test]
fn fail() {
    trybuild::TestCases::new().compile_fail("ui/*/fail/*.rs");
}

/// Code that must compile, and errors that only `cargo build` reports, because they depend on
/// monomorphization.
#[test]
fn pass() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/*/pass/*.rs");
    cases.compile_fail("ui/*/fail_in_build/*.rs");
}
