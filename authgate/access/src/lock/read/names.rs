//! Checks that names are declared.

use std::collections::HashSet;

use super::LockError;
use super::cursor::Named;
use super::error::shortened;
use crate::lock::{Cycle, Lock, RightLine};

/// The maximum number of names in an error.
const MOST: usize = 12;

pub(super) fn check(lock: &Lock, named: &[Named]) -> Result<(), LockError> {
    let known: HashSet<_> = lock.rights().iter().map(|right| (right.kind(), right.name())).collect();
    match named.iter().find(|named| !known.contains(&(named.kind.as_str(), named.name.as_str()))) {
        Some(named) => Err(unknown(lock, named)),
        None => Ok(()),
    }
}

/// Checks that no right implies itself.
pub(super) fn check_cycles(lock: &Lock, named: &[Named]) -> Result<(), LockError> {
    let Some(cycle) = Cycle::find(lock.rights()) else { return Ok(()) };
    let line = cycle.right.line().unwrap_or(1);
    let implied = named
        .iter()
        .find(|named| named.line == line && named.kind == cycle.right.kind() && named.name == cycle.implied);
    let column = implied.map_or(1, |named| named.column);
    Err(LockError::new(line, column, cycle.text(shortened)))
}

fn unknown(lock: &Lock, Named { kind, name, line, column }: &Named) -> LockError {
    let mut known: Vec<_> = lock
        .rights()
        .iter()
        .filter(|right| right.kind() == kind)
        .map(|right| format!("`{}`", shortened(right.name())))
        .collect();
    let more = known.len().saturating_sub(MOST);
    known.truncate(MOST);
    let known = match known.as_slice() {
        [] => format!("the lock declares no {kind}"),
        known if more > 0 => format!("expected one of {} and {more} more", known.join(", ")),
        known => format!("expected one of {}", known.join(", ")),
    };
    let text = format!(
        "unknown {kind} `{}`: {known}; add a line `{}` to declare it",
        shortened(name),
        shortened(&RightLine::plain(kind, name).to_string())
    );
    LockError::new(*line, *column, text)
}
