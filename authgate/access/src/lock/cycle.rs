//! Cycles in the hierarchy of rights.

use std::collections::HashMap;

use super::RightLine;

/// The implication that closes a cycle.
pub(crate) struct Cycle<'a> {
    pub(crate) right: &'a RightLine,
    /// The implied right.
    pub(crate) implied: &'a str,
    /// The rights of the cycle: `a`, `b`, `a`.
    names: Vec<&'a str>,
}

/// The maximum number of names in a message.
const MOST: usize = 12;

impl<'a> Cycle<'a> {
    /// Searches depth first, without recursion, because a lock may come from anywhere.
    pub(crate) fn find(rights: &'a [RightLine]) -> Option<Self> {
        let known: HashMap<_, _> = rights.iter().map(|right| ((right.kind(), right.name()), right)).collect();
        let mut is_on_path = HashMap::new();
        for start in rights {
            if is_on_path.contains_key(&(start.kind(), start.name())) {
                continue;
            }
            is_on_path.insert((start.kind(), start.name()), true);
            let mut path = vec![(start, start.implies().iter())];
            while let Some((right, implied)) = path.last_mut() {
                let (right, Some(implied)) = (*right, implied.next()) else {
                    is_on_path.insert((right.kind(), right.name()), false);
                    path.pop();
                    continue;
                };
                let key = (right.kind(), implied.as_str());
                match (is_on_path.get(&key), known.get(&key)) {
                    (Some(true), _) => {
                        let names = path.iter().map(|(right, _)| right.name());
                        let names = names.skip_while(|name| name != implied).chain([implied.as_str()]);
                        return Some(Self { right, implied, names: names.collect() });
                    }
                    (None, Some(next)) => {
                        is_on_path.insert(key, true);
                        path.push((next, next.implies().iter()));
                    }
                    _ => {}
                }
            }
        }
        None
    }

    /// Returns the problem, and what to do.
    pub(crate) fn text(&self, shortened: impl Fn(&str) -> String) -> String {
        let more = self.names.len().saturating_sub(MOST);
        let names: Vec<_> = self.names.iter().take(MOST).map(|name| shortened(name)).collect();
        let end = if more > 0 { format!(" > .. ({more} more)") } else { String::new() };
        let kind = self.right.kind();
        format!(
            "the hierarchy of {kind}s has a cycle, `{}{end}`: remove one of the implications",
            names.join(" > ")
        )
    }
}
