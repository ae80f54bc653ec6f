//! Parses an access outside of a lock.

use super::{Cursor, LockError, access, names};
use crate::lock::{Access, Lock};

impl Access {
    /// Parses an access, as after the path in a line of a lock with these rights.
    pub(crate) fn read(text: &str, rights: &Lock) -> Result<Self, LockError> {
        let mut cursor = Cursor::new(text, 1);
        if let Some((at, c)) = text.chars().enumerate().find(|(_, c)| c.is_control()) {
            let text = format!("found the control character {c:?}: replace it with a space");
            return Err(LockError::new(1, at + 1, text));
        }
        let access = access(&mut cursor)?;
        cursor.end("the end")?;
        names::check(rights, &cursor.named)?;
        Ok(access)
    }
}
