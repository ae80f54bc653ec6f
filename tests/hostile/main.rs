//! What attackers send. Each test says which rule it holds: a row of `standards.md`, or a section.

mod algorithms;
mod bearer;
mod load;
mod outcome;
mod raw;
mod signer;
