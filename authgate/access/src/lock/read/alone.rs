//! What stands where there is no file around it.

use super::{Cursor, LockError, access, names};
use crate::lock::{Access, Lock};

impl Access {
    /// Reads who may call, as it stands after the path in a line of a lock that has these rights.
    pub(crate) fn read(text: &str, rights: &Lock) -> Result<Self, LockError> {
        let mut cursor = Cursor::new(text, 1);
        if let Some((at, c)) = text.chars().enumerate().find(|(_, c)| c.is_control()) {
            let text = format!("there is a control character here, {c:?}: put a space in its place");
            return Err(LockError::new(1, at + 1, text));
        }
        let access = access(&mut cursor)?;
        cursor.end("the end")?;
        names::check(rights, &cursor.named)?;
        Ok(access)
    }
}
