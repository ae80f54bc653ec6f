//! The differences between two locks, line by line.

use std::collections::BTreeMap;

use authgate_access::lock::{Lock, RightLine};

/// The number of differences that are shown.
const MOST: usize = 200;

/// The position of a line: a right's kind and name, or a route's path and method.
type Place = (bool, String, String, usize);

/// Returns the lines that differ between two locks, in unified format. Empty if there is no
/// difference.
pub(super) fn differences(committed: &Lock, router: &Lock) -> String {
    let mut places: BTreeMap<Place, [Option<String>; 2]> = BTreeMap::new();
    for (at, lock) in [committed, router].into_iter().enumerate() {
        for (place, line) in lines(lock) {
            if let Some(said) = places.entry(place).or_default().get_mut(at) {
                *said = Some(line);
            }
        }
    }
    let differing: Vec<_> = places.into_values().filter(|[one, other]| one != other).collect();
    let mut out = String::new();
    for [committed, router] in differing.iter().take(MOST) {
        for (mark, line) in [('-', committed), ('+', router)] {
            if let Some(line) = line {
                out.push_str(&format!("{mark}{line}\n"));
            }
        }
    }
    if let Some(more) = differing.len().checked_sub(MOST).filter(|more| *more > 0) {
        out.push_str(&format!("and {more} more\n"));
    }
    out
}

fn lines(lock: &Lock) -> impl Iterator<Item = (Place, String)> {
    let kinds = ["role", "scope", "permission", "factor", "tenant"];
    let rights = lock.rights().iter().map(move |right| {
        let kind = kinds.iter().position(|kind| *kind == right.kind()).unwrap_or(kinds.len());
        ((false, format!("{kind}"), right.name().to_owned(), 0), said(right))
    });
    let routes = lock.routes().iter().map(|route| {
        let (_, path) = route.key();
        let (_, method) = route.order();
        ((true, path, String::new(), method), route.to_string())
    });
    rights.chain(routes)
}

/// Formats a right with its lists sorted: they are sets.
fn said(right: &RightLine) -> String {
    right.sorted().to_string()
}
