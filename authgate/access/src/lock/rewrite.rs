//! Rewrites a lock and keeps its comments.

use std::collections::{HashMap, HashSet};

use super::{HEADER, Lock, LockError};

impl Lock {
    /// Returns the text of this lock with the comments of an old text.
    ///
    /// The comments directly above a line and at its end belong to the line. They stay if the lock
    /// still has a line for the same right or route, and are removed otherwise. A comment never
    /// moves to another route. A comment before an empty line belongs to no line and stays in its
    /// place. A text in the format of [`Display`](std::fmt::Display), with any comments, does not
    /// change.
    ///
    /// ```
    /// use authgate::access::lock::Lock;
    ///
    /// let old = "access.lock v1\nrole admin\n\n# Reports.\n\nGET     /reports                 role:admin # until May\n";
    /// let new = Lock::parse("access.lock v1\nrole admin\nrole lead\nGET /reports role:lead\n")?;
    /// assert_eq!(
    ///     new.rewrite(old)?,
    ///     "access.lock v1\nrole admin\nrole lead\n\n# Reports.\n\nGET     /reports                 role:lead # until May\n",
    /// );
    /// # Ok::<(), authgate::access::lock::LockError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`LockError`] if the old text is not a lock.
    pub fn rewrite(&self, old: &str) -> Result<String, LockError> {
        let (_, layout, keys) = Self::read(old)?;
        let rights = self.rights.iter().map(|line| (line.key(), line.to_string()));
        let routes = self.routes.iter().map(|line| (line.key(), line.to_string()));
        let lines: Vec<_> = rights.chain(routes).collect();
        let known: HashSet<_> = lines.iter().map(|(key, _)| key).collect();
        // The old pieces of lines that stay, with the separate comments before them.
        let mut stay = HashMap::new();
        let mut rest = Vec::new();
        for (piece, key) in layout.pieces.iter().skip(1).zip(&keys) {
            // One empty line is enough between the comments before a removed line and those before
            // this line.
            let skipped = |line: &&str| !rest.is_empty() && line.trim().is_empty();
            let apart: Vec<_> = piece.apart.iter().copied().skip_while(skipped).collect();
            rest.extend(apart);
            if known.contains(key) {
                stay.insert(key, (std::mem::take(&mut rest), piece));
            }
        }
        let mut out = String::new();
        if let Some(header) = layout.pieces.first() {
            write(&mut out, &header.apart);
            write(&mut out, &header.above);
            write(&mut out, &[&format!("{HEADER}{}", header.end())]);
        }
        for (key, text) in &lines {
            let Some((apart, piece)) = stay.remove(key) else {
                write(&mut out, &[text]);
                continue;
            };
            write(&mut out, &apart);
            write(&mut out, &piece.above);
            write(&mut out, &[&format!("{text}{}", piece.end())]);
        }
        write(&mut out, &rest);
        write(&mut out, &layout.tail);
        Ok(out)
    }
}

fn write(out: &mut String, lines: &[&str]) {
    for line in lines {
        out.push_str(line);
        out.push('\n');
    }
}
