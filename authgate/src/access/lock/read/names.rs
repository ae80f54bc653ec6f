//! That what is named is declared.

use super::LockError;
use super::cursor::Named;
use crate::access::lock::{Lock, RightLine};

pub(super) fn check(lock: &Lock, named: impl Iterator<Item = Named>) -> Result<(), LockError> {
    for Named { kind, name, line, column } in named {
        if lock.right(&kind, &name).is_some() {
            continue;
        }
        let known: Vec<_> = lock
            .rights()
            .iter()
            .filter(|right| right.kind() == kind)
            .map(|right| format!("`{}`", right.name()))
            .collect();
        let known = match known.as_slice() {
            [] => format!("there is no line `{kind} ..`"),
            known => format!("the {kind}s are {}", known.join(", ")),
        };
        let text = format!(
            "no {kind} is called `{name}` here, {known}: name one of those, or declare it in a line `{}`",
            RightLine::plain(&kind, &name)
        );
        return Err(LockError::new(line, column, text));
    }
    Ok(())
}
