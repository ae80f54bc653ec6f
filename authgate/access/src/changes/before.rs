//! Finds the line that answers the requests of a route in a lock without a line for the route.

use std::collections::{HashMap, HashSet};

use crate::lock::{Lock, RouteLine};

/// The lines of a lock, indexed by the requests that they answer.
pub(super) struct Lines<'a> {
    by_key: HashMap<(String, String), &'a RouteLine>,
    /// The lines of a path without the names of its parameters. Fallbacks are omitted.
    of_path: HashMap<String, Vec<&'a RouteLine>>,
    /// The prefixes of these paths.
    beginnings: HashSet<String>,
}

/// The maximum number of segments and bytes of a prefix. Deeper paths have no line above.
const DEEPEST: usize = 64;
const LONGEST: usize = 4096;

/// The lines that answer the requests of a route.
pub(super) struct Before<'a> {
    pub(super) lines: Vec<&'a RouteLine>,
    /// `true` if the lines certainly answer the same requests. Otherwise, they count only if the
    /// comparison is worse than a new route.
    pub(super) is_sure: bool,
}

impl<'a> Lines<'a> {
    pub(super) fn of(lock: &'a Lock) -> Self {
        let mut lines = Self { by_key: HashMap::new(), of_path: HashMap::new(), beginnings: HashSet::new() };
        for line in lock.routes() {
            let (method, path) = line.key();
            if !["404", "405"].contains(&method.as_str()) {
                let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
                let beginnings = ends.filter_map(|end| path.get(..end)).take(DEEPEST);
                lines.beginnings.extend(beginnings.filter(|path| path.len() < LONGEST).map(str::to_owned));
                lines.of_path.entry(path.clone()).or_default().push(line);
            }
            lines.by_key.insert((method, path), line);
        }
        lines
    }

    pub(super) fn get(&self, line: &RouteLine) -> Option<&'a RouteLine> {
        self.by_key.get(&line.key()).copied()
    }

    /// Returns the lines that answer the requests of a line from the other lock.
    pub(super) fn before(&self, line: &RouteLine) -> Before<'a> {
        let (method, path) = line.key();
        let nothing = Before { lines: Vec::new(), is_sure: false };
        if ["404", "405"].contains(&method.as_str()) {
            return nothing;
        }
        // The path itself answers, if only with 405.
        if let Some(lines) = self.of_path.get(&path) {
            let one = taking(lines, &method).filter(|_| method != "*");
            return Before { lines: one.into_iter().collect(), is_sure: true };
        }
        let Some(over) = self.over(&path) else { return nothing };
        // A path parameter of another route matches by chance only.
        let Some(root) = over.strip_suffix("/{*}") else { return nothing };
        let lines = self.of_path.get(&over).map(Vec::as_slice).unwrap_or_default();
        let lines: Vec<_> =
            if method == "*" { lines.to_vec() } else { taking(lines, &method).into_iter().collect() };
        // A nested service answers the prefix itself, with or without a slash. A path with a
        // parameter does not.
        let is_below = path.matches('/').count() > root.matches('/').count() && !path.ends_with('/');
        Before { is_sure: is_below && lines.iter().all(|line| line.method() == "*"), lines }
    }

    /// Returns the path with parameters that matches every request of `path`. If several match,
    /// returns the one that axum chooses.
    fn over(&self, path: &str) -> Option<String> {
        let segments: Vec<_> = path.strip_prefix('/')?.split('/').collect();
        self.over_rest("", &segments)
    }

    fn over_rest(&self, beginning: &str, rest: &[&str]) -> Option<String> {
        let all_below = format!("{beginning}/{{*}}");
        let Some((segment, rest)) = rest.split_first() else {
            if self.of_path.contains_key(beginning) {
                return Some(beginning.to_owned());
            }
            // A prefix answers its own path, too.
            return self.of_path.contains_key(&all_below).then_some(all_below);
        };
        let one = format!("{beginning}/{segment}");
        let any = format!("{beginning}/{{}}");
        let takes_any = !segment.is_empty() && *segment != "{*}" && one != any;
        let mut found = None;
        if self.beginnings.contains(&one) {
            found = self.over_rest(&one, rest);
        }
        if found.is_none() && takes_any && self.beginnings.contains(&any) {
            found = self.over_rest(&any, rest);
        }
        found.or_else(|| self.of_path.contains_key(&all_below).then_some(all_below))
    }
}

/// Returns the line of a path that answers a method.
fn taking<'a>(lines: &[&'a RouteLine], method: &str) -> Option<&'a RouteLine> {
    let find = |method: &str| lines.iter().copied().find(|line| line.method() == method);
    find(method).or_else(|| find("GET").filter(|_| method == "HEAD")).or_else(|| find("*"))
}
