//! Suggestions for misspelt names.

/// Returns the position of the name with the least edit distance, if the distance is at most 2 for
/// short names, or a third of the length.
#[must_use]
pub const fn closest(name: &str, names: &[&str]) -> Option<usize> {
    let allowed = if name.len() < 6 { 2 } else { name.len() / 3 };
    let mut best = None;
    let mut least = allowed + 1;
    let mut index = 0;
    while index < names.len() {
        #[expect(clippy::indexing_slicing, reason = "const: `index` is below the length")]
        let distance = distance(name.as_bytes(), names[index].as_bytes());
        if distance < least {
            least = distance;
            best = Some(index);
        }
        index += 1;
    }
    best
}

/// The maximum length of a name. Longer names have no suggestion.
const LONGEST: usize = 64;

/// Returns the edit distance in bytes. A swap of two neighbours counts as one. Case is ignored.
#[expect(clippy::indexing_slicing, reason = "const: every index is at most the length of what it indexes")]
const fn distance(one: &[u8], other: &[u8]) -> usize {
    if one.len() > LONGEST || other.len() > LONGEST {
        return usize::MAX;
    }
    let mut rows = [[0; LONGEST + 1]; 3];
    let mut column = 0;
    while column <= other.len() {
        rows[0][column] = column;
        column += 1;
    }
    let mut line = 1;
    while line <= one.len() {
        let (row, above, top) = (line % 3, (line + 2) % 3, (line + 1) % 3);
        rows[row][0] = line;
        let mut column = 1;
        while column <= other.len() {
            let same = one[line - 1].eq_ignore_ascii_case(&other[column - 1]);
            let mut least = rows[above][column - 1] + if same { 0 } else { 1 };
            least = min(least, rows[above][column] + 1);
            least = min(least, rows[row][column - 1] + 1);
            let swapped = line > 1
                && column > 1
                && one[line - 1].eq_ignore_ascii_case(&other[column - 2])
                && one[line - 2].eq_ignore_ascii_case(&other[column - 1]);
            if swapped {
                least = min(least, rows[top][column - 2] + 1);
            }
            rows[row][column] = least;
            column += 1;
        }
        line += 1;
    }
    rows[one.len() % 3][other.len()]
}

const fn min(one: usize, other: usize) -> usize {
    if one < other { one } else { other }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_is_symmetric_and_case_insensitive() {
        for (one, other, expected) in [
            ("", "", 0),
            ("admin", "admin", 0),
            ("amdin", "admin", 1),
            ("Admin", "admin", 0),
            ("admn", "admin", 1),
            ("viewer", "reviewer", 2),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(one.as_bytes(), other.as_bytes()), expected, "{one} {other}");
            assert_eq!(distance(other.as_bytes(), one.as_bytes()), expected, "{other} {one}");
        }
    }

    #[test]
    fn suggests_close_names() {
        let names = ["viewer", "editor", "admin"];
        assert_eq!(closest("amdin", &names), Some(2));
        assert_eq!(closest("edtior", &names), Some(1));
        assert_eq!(closest("superuser", &names), None);
        assert_eq!(closest(&"x".repeat(65), &names), None);
        assert_eq!(closest("viewer", &[]), None);
    }
}
