//! The tables of the examples.

#![allow(clippy::unwrap_used, reason = "tests")]

macro_rules! example {
    ($name:ident, $path:literal) => {
        #[allow(
            clippy::doc_markdown,
            clippy::duplicate_mod,
            clippy::exhaustive_enums,
            clippy::exhaustive_structs,
            clippy::large_enum_variant,
            clippy::missing_errors_doc,
            clippy::must_use_candidate,
            clippy::needless_pass_by_value,
            clippy::print_stderr,
            clippy::print_stdout,
            clippy::result_large_err,
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

example!(quickstart, "../../examples/quickstart.rs");
example!(basic, "../../examples/basic.rs");
example!(digest, "../../examples/digest.rs");
example!(api_key, "../../examples/api_key.rs");
example!(own_scheme, "../../examples/own_scheme.rs");
example!(session, "../../examples/session.rs");
example!(mixed, "../../examples/mixed.rs");
example!(documents, "../../examples/documents.rs");
example!(service_layer, "../../examples/service_layer.rs");
example!(converted, "../../examples/converted.rs");

use authgate::access::Table;
use authgate::scheme::Keys;
use authgate_tests::token::SECRET;

/// Returns the table of each example by name. Some of them start background work when they are
/// built.
pub(crate) fn tables() -> [(&'static str, Table); 10] {
    [
        ("quickstart", quickstart::routes().access()),
        ("basic", basic::routes().access()),
        ("digest", digest::routes().access()),
        ("api_key", api_key::routes().access()),
        ("own_scheme", own_scheme::routes().access()),
        ("session", session::routes().access()),
        ("mixed", mixed::routes().access()),
        ("documents", documents::routes().access()),
        ("service_layer", service_layer::parts(Keys::hs256(SECRET).unwrap()).unwrap().0.access()),
        ("converted", converted::routes().access()),
    ]
}
