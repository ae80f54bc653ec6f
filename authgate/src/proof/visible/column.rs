use std::fmt;

use super::filter::{Filter, Node};
use super::value::ColumnValue;

/// A column of the table that stores a resource, with the value of a resource in memory.
///
/// `Column::new("owner", |report| report.owner.as_str().into())`
///
/// # Examples
///
/// ```
/// use authgate::visible::Column;
///
/// struct Report {
///     owner: String,
/// }
///
/// const OWNER: Column<Report> = Column::new("owner", |report| report.owner.as_str().into());
///
/// assert!(OWNER.is("ada").matches(&Report { owner: "ada".into() }));
/// ```
pub struct Column<T> {
    pub(super) name: &'static str,
    pub(super) read: fn(&T) -> ColumnValue<'_>,
}

/// Values in related rows, such as the readers of a resource, with the values of a resource in
/// memory.
///
/// # Examples
///
/// ```
/// use authgate::visible::Related;
///
/// struct Report {
///     readers: Vec<String>,
/// }
///
/// /// The column `reader` of the rows in `shares` whose column `report` equals `reports.id`.
/// const READERS: Related<Report> =
///     Related::new("shares", "report", "reports.id", "reader", |report| {
///         report.readers.iter().map(|reader| reader.as_str().into()).collect()
///     });
///
/// assert!(READERS.has("ada").matches(&Report { readers: vec!["ada".into()] }));
/// ```
pub struct Related<T> {
    pub(super) table: &'static str,
    pub(super) key: &'static str,
    pub(super) of: &'static str,
    pub(super) column: &'static str,
    pub(super) read: fn(&T) -> Vec<ColumnValue<'_>>,
}

impl<T> Column<T> {
    /// Creates a column from its name in SQL, which may be qualified by the table: `reports.owner`.
    ///
    /// # Panics
    ///
    /// Panics if the name contains characters other than letters, digits and `_`. In a `const`,
    /// this is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn new(name: &'static str, read: fn(&T) -> ColumnValue<'_>) -> Self {
        assert_name(name);
        Self { name, read }
    }

    /// Matches resources whose column has this value. `None` (`NULL`) matches resources without a
    /// value.
    pub fn is<'v>(&self, value: impl Into<ColumnValue<'v>>) -> Filter<T> {
        Filter(Node::Is(*self, value.into().into_owned()))
    }

    /// Matches resources whose column has one of these values. With `None` (`NULL`) in the list,
    /// resources without a value match as well.
    pub fn is_one_of<'v, V: Into<ColumnValue<'v>>>(&self, values: impl IntoIterator<Item = V>) -> Filter<T> {
        let values = values.into_iter().map(|value| value.into().into_owned());
        let (none, values): (Vec<_>, Vec<_>) = values.partition(|value| matches!(value, ColumnValue::Null));
        // In one list, because databases limit the depth of nested alternatives.
        let one_of = if values.is_empty() { Filter::nothing() } else { Filter(Node::IsOneOf(*self, values)) };
        if none.is_empty() { one_of } else { one_of.or(self.is(ColumnValue::Null)) }
    }
}

impl<T> Related<T> {
    /// Relates a resource to the rows of `table` whose `key` equals the resource's column `of`.
    /// Their values are in `column`. Qualify `of` by its table: `reports.id`.
    ///
    /// # Panics
    ///
    /// Panics if a name contains characters other than letters, digits and `_`. Panics if `of` has
    /// no table, or the same table as the related rows: it would then be a column of these rows. In
    /// a `const`, this is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn new(
        table: &'static str,
        key: &'static str,
        of: &'static str,
        column: &'static str,
        read: fn(&T) -> Vec<ColumnValue<'_>>,
    ) -> Self {
        assert_name(table);
        assert_name(key);
        assert_name(of);
        assert_name(column);
        assert_of_another_table(of, table);
        Self { table, key, of, column, read }
    }

    /// Matches resources with this value in a related row. `None` matches no resource.
    pub fn has<'v>(&self, value: impl Into<ColumnValue<'v>>) -> Filter<T> {
        match value.into().into_owned() {
            ColumnValue::Null => Filter::nothing(),
            value => Filter(Node::Has(*self, value)),
        }
    }
}

/// Checks a name, since names are spliced into queries. They come from the application, and never
/// from a client.
#[track_caller]
const fn assert_name(name: &str) {
    let mut bytes = name.as_bytes();
    let mut first = true;
    assert!(!bytes.is_empty(), "the name of a column is empty");
    while let [byte, rest @ ..] = bytes {
        let fits = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => true,
            b'0'..=b'9' => !first,
            b'.' => !first && !rest.is_empty(),
            _ => false,
        };
        assert!(
            fits,
            "the name of a column or table must have letters, digits and `_` only, such as \"owner\" or \
             \"reports.owner\""
        );
        first = *byte == b'.';
        bytes = rest;
    }
}

/// Rejects a bare name and a name of the same table. In the subquery, both are columns of the
/// related rows, and every resource would match.
#[track_caller]
const fn assert_of_another_table(of: &str, table: &str) {
    let (mut of, mut table) = (of.as_bytes(), table.as_bytes());
    while let ([one, of_rest @ ..], [other, table_rest @ ..]) = (of, table) {
        if !one.eq_ignore_ascii_case(other) {
            break;
        }
        (of, table) = (of_rest, table_rest);
    }
    let is_of_it = table.is_empty() && matches!(of, [b'.', rest @ ..] if !has_dot(rest));
    assert!(
        !is_of_it,
        "related rows must be of another table than the resources: rename one of the two in the query"
    );
    assert!(
        has_dot(of),
        "the column of the resources must have the name of its table, such as \"reports.id\"; without it, it is a \
         column of the related rows"
    );
}

const fn has_dot(mut name: &[u8]) -> bool {
    while let [first, rest @ ..] = name {
        if *first == b'.' {
            return true;
        }
        name = rest;
    }
    false
}

impl<T> Clone for Column<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Column<T> {}

impl<T> Clone for Related<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Related<T> {}

impl<T> fmt::Debug for Column<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Column").field(&self.name).finish()
    }
}

impl<T> fmt::Debug for Related<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Related")
            .field("table", &self.table)
            .field("column", &self.column)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn related(table: &'static str, of: &'static str) -> bool {
        std::panic::catch_unwind(|| Related::<()>::new(table, "report", of, "reader", |()| Vec::new()))
            .is_ok()
    }

    #[test]
    fn related_rows_require_a_column_of_another_table() {
        for (table, of, expected) in [
            ("shares", "reports.id", true),
            ("app.shares", "app.reports.id", true),
            ("shares", "shares_of.id", true),
            ("shares", "share.id", true),
            ("shares", "id", false),
            ("shares", "shares.id", false),
            ("shares", "Shares.id", false),
            ("app.shares", "app.shares.id", false),
        ] {
            assert_eq!(related(table, of), expected, "{table} {of}");
        }
    }
}
