//! What authgate holds of any input. Each target is a function of bytes, which panics where something does not hold:
//! `cargo +nightly fuzz run jws` gives it what libFuzzer thinks up, and `cargo test` what is in `corpus/` and mutations of
//! it, on any compiler. `cargo run --bin jws FILE` gives it a file, such as one that libFuzzer has found.

mod app;
mod authorization;
mod bytes;
mod challenge;
mod claims;
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
pub use jwk_set::jwk_set;
pub use jws::jws;
pub use lock::lock;
pub use pem::pem;

/// A target by the name that it has in `fuzz_targets/` and `corpus/`.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 7] = [
    ("authorization", authorization),
    ("jws", jws),
    ("claims", claims),
    ("jwk_set", jwk_set),
    ("pem", pem),
    ("challenge", challenge),
    ("lock", lock),
];

/// A target's binary: libFuzzer's where that asks for one, and else one that tries the files that it is given.
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
