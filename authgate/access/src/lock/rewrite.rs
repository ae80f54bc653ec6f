//! A lock, written anew over an old one.

use std::collections::{HashMap, HashSet};

use super::read::{Layout, Piece};
use super::{HEADER, Lock, LockError};

/// What a line is about: a right's kind and name, or a route's method and path.
type Key = (String, String);

impl Lock {
    /// The lock as it is written over an old text, whose comments stay with their lines.
    ///
    /// The comments directly above a line and the one at its end stay with it as long as there is a line about the same, and
    /// go with it otherwise: what has been said of one route is never said of another. What is set off by an empty line
    /// stays before the line that follows it. Over its own text, as [`Display`](std::fmt::Display) writes it and with any comments, nothing changes.
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
    /// The old text is no lock, as [`parse`](Self::parse) tells.
    pub fn rewrite(&self, old: &str) -> Result<String, LockError> {
        let (read, layout) = Self::read(old)?;
        Ok(Rewriter::of(self, &read, &layout).write(&layout))
    }

    /// Every line: what it is about, its number where it was read, and how it is written.
    fn lines(&self) -> impl Iterator<Item = (Key, Option<usize>, String)> {
        let rights = self.rights.iter().map(|right| (right.key(), right.line(), right.to_string()));
        rights.chain(self.routes.iter().map(|route| (route.key(), route.line(), route.to_string())))
    }
}

struct Rewriter<'a> {
    new: Vec<(Key, String)>,
    /// The old pieces of lines that stay, with what stands apart before them.
    stay: HashMap<Key, (Vec<&'a str>, &'a Piece<'a>)>,
    /// What stands apart after the last of those.
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
            // One empty line is enough between what stood before a line that is gone and what stands before this one.
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
