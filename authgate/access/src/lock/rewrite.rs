//! Rewrites a lock and keeps its comments.

use std::collections::{HashMap, HashSet};

use super::read::{Layout, Piece};
use super::{HEADER, Lock, LockError};

/// The identity of a line: the kind and name of a right, or the method and path of a route.
type Key = (String, String);

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
        let (read, layout) = Self::read(old)?;
        Ok(Rewriter::of(self, &read, &layout).write(&layout))
    }

    /// Returns the key, the number and the text of every line.
    fn lines(&self) -> impl Iterator<Item = (Key, Option<usize>, String)> {
        let rights = self.rights.iter().map(|right| (right.key(), right.line(), right.to_string()));
        rights.chain(self.routes.iter().map(|route| (route.key(), route.line(), route.to_string())))
    }
}

struct Rewriter<'a> {
    new: Vec<(Key, String)>,
    /// The old pieces of lines that stay, with the separate comments before them.
    stay: HashMap<Key, (Vec<&'a str>, &'a Piece<'a>)>,
    /// The separate comments after the last of them.
    rest: Vec<&'a str>,
}

impl<'a> Rewriter<'a> {
    fn of(new: &Lock, old: &Lock, layout: &'a Layout<'a>) -> Self {
        let new: Vec<_> = new.lines().map(|(key, _, text)| (key, text)).collect();
        let known: HashSet<&Key> = new.iter().map(|(key, _)| key).collect();
        let keys: HashMap<usize, Key> =
            old.lines().filter_map(|(key, number, _)| Some((number?, key))).collect();
        let mut stay = HashMap::new();
        let mut rest = Vec::new();
        for piece in layout.pieces.iter().skip(1) {
            let apart = piece.apart.iter().copied();
            // One empty line is enough between the comments before a removed line and those before
            // this line.
            let skipped = |line: &&str| !rest.is_empty() && line.trim().is_empty();
            let apart: Vec<_> = apart.skip_while(skipped).collect();
            rest.extend(apart);
            if let Some(key) = keys.get(&piece.number).filter(|key| known.contains(key)) {
                stay.insert(key.clone(), (std::mem::take(&mut rest), piece));
            }
        }
        Self { new, stay, rest }
    }

    fn write(mut self, layout: &Layout<'_>) -> String {
        let mut out = String::new();
        if let Some(header) = layout.pieces.first() {
            write(&mut out, &header.apart);
            write(&mut out, &header.above);
            write(&mut out, &[&format!("{HEADER}{}", header.end())]);
        }
        for (key, text) in &self.new {
            let Some((apart, piece)) = self.stay.remove(key) else {
                write(&mut out, &[text]);
                continue;
            };
            write(&mut out, &apart);
            write(&mut out, &piece.above);
            write(&mut out, &[&format!("{text}{}", piece.end())]);
        }
        write(&mut out, &self.rest);
        write(&mut out, &layout.tail);
        out
    }
}

fn write(out: &mut String, lines: &[&str]) {
    for line in lines {
        out.push_str(line);
        out.push('\n');
    }
}
