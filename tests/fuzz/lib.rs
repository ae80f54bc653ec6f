//! Properties that authgate has for any input. Each target is a function of bytes that panics if a
//! property does not hold. `cargo +nightly fuzz run jws` runs it with inputs of libFuzzer.
//! `cargo test` runs it with the files in `corpus/` and mutations of them, on any compiler.
//! `cargo run --bin jws FILE` runs it with one file, such as a crash that libFuzzer found.

mod app;
mod authorization;
mod bytes;
mod challenge;
mod claims;
mod issuer;
mod jwk_set;
mod jws;
mod lock;
mod oracle;
mod pem;
/// The parser of challenges that all tests share.
#[path = "../challenge.rs"]
#[allow(missing_docs, unreachable_pub)]
mod read_challenge;

pub use authorization::authorization;
pub use challenge::challenge;
pub use claims::claims;
pub use issuer::issuer;
pub use jwk_set::jwk_set;
pub use jws::jws;
pub use lock::lock;
pub use pem::pem;

/// A target, with its name in `fuzz_targets/` and `corpus/`.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 8] = [
    ("authorization", authorization),
    ("jws", jws),
    ("claims", claims),
    ("issuer", issuer),
    ("jwk_set", jwk_set),
    ("pem", pem),
    ("challenge", challenge),
    ("lock", lock),
];

/// Defines the binary of a target: a fuzz target for libFuzzer, and otherwise a program that reads
/// the given files.
#[macro_export]
macro_rules! target {
    ($name:ident) => {
        #[cfg(fuzzing)]
        ::libfuzzer_sys::fuzz_target!(|data: &[u8]| $crate::$name(data));

        #[cfg(not(fuzzing))]
        fn main() -> ::std::io::Result<()> {
            for path in ::std::env::args_os().skip(1) {
                $crate::$name(&::std::fs::read(path)?);
            }
            Ok(())
        }
    };
}
