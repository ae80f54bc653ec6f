//! The cost of a request is bounded by a multiple of the cost of a valid token, whatever the client
//! sends. Each test states its bound.
//!
//! The tests count allocations instead of time, so that the results do not depend on the machine.
//! `cargo bench -p authgate --bench load` measures time.

mod fields;
mod floods;
mod meter;
mod shapes;
mod tokens;

/// The additional bytes that a denial may allocate, for its response and its log event.
const SMALL: u64 = 4096;
