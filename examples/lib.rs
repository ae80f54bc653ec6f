//! Runnable examples of authgate: `cargo run --example quickstart`.
