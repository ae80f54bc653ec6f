//! Nothing that a client sends costs more than a bounded multiple of a good token. Each test states its bound.
//!
//! Allocations are counted, and not time: that does not depend on the machine. `cargo bench -p authgate --bench load`
//! has the times.

mod fields;
mod floods;
mod meter;
mod shapes;
mod tokens;

/// What a denial may allocate besides, in bytes: its response, and what is told of it.
const SMALL: u64 = 4096;
