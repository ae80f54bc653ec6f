//! The compiler is our user interface: every mistake and its text, and what must compile.
//!
//! One process, as the cases share a project: `--test-threads` is not needed, the second waits for the first.

/// What `cargo check` tells, asked all at once.
#[test]
fn fail() {
    trybuild::TestCases::new().compile_fail("ui/*/fail/*.rs");
}

/// What must compile; and what only `cargo build` tells, since it is found where something generic is made use of.
#[test]
fn pass() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/*/pass/*.rs");
    cases.compile_fail("ui/*/fail_in_build/*.rs");
}
