use std::fmt;

use super::column::{Column, Related};
use super::sql::{Placeholders, Sql};
use super::value::ColumnValue;

/// A condition on resources. [`matches`](Self::matches) evaluates it in memory, and
/// [`sql`](Self::sql) writes it for a database.
///
/// # Examples
///
/// ```
/// use authgate::visible::{Column, Placeholders};
///
/// struct Report {
///     owner: String,
///     open: bool,
/// }
///
/// const OWNER: Column<Report> = Column::new("owner", |report| report.owner.as_str().into());
/// const OPEN: Column<Report> = Column::new("open", |report| report.open.into());
///
/// let filter = OWNER.is("ada").or(OPEN.is(true));
/// assert!(filter.matches(&Report { owner: "ed".into(), open: true }));
/// assert_eq!(filter.sql(Placeholders::QuestionMark).values, ["ada".into(), true.into()]);
/// ```
#[must_use]
pub struct Filter<T>(pub(super) Node<T>);

pub(super) enum Node<T> {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Is(Column<T>, ColumnValue<'static>),
    /// The list is not empty and contains no `NULL`.
    IsOneOf(Column<T>, Vec<ColumnValue<'static>>),
    Has(Related<T>, ColumnValue<'static>),
}

impl<T> Filter<T> {
    /// Matches every resource.
    pub const fn everything() -> Self {
        Self(Node::All(Vec::new()))
    }

    /// Matches no resource.
    pub const fn nothing() -> Self {
        Self(Node::Any(Vec::new()))
    }

    /// Matches the resources that match both filters.
    pub fn and(self, other: Self) -> Self {
        Self(match self.0 {
            Node::All(mut parts) => {
                parts.push(other.0);
                Node::All(parts)
            }
            one => Node::All(vec![one, other.0]),
        })
    }

    /// Matches the resources that match at least one of the filters.
    pub fn or(self, other: Self) -> Self {
        Self(match self.0 {
            Node::Any(mut parts) => {
                parts.push(other.0);
                Node::Any(parts)
            }
            one => Node::Any(vec![one, other.0]),
        })
    }

    /// Matches the resources that do not match this filter.
    pub fn negate(self) -> Self {
        Self(Node::Not(Box::new(self.0)))
    }

    /// Returns `true` if the resource matches.
    #[must_use]
    pub fn matches(&self, thing: &T) -> bool {
        self.0.matches(thing)
    }

    /// Returns the condition for a `WHERE` clause. It is in parentheses, so other conditions can be
    /// added. Every value is bound.
    #[must_use]
    pub fn sql(&self, placeholders: Placeholders) -> Sql {
        let mut sql = Sql { text: String::new(), values: Vec::new() };
        self.0.write(&mut sql, placeholders);
        sql
    }
}

impl<T> Node<T> {
    fn matches(&self, thing: &T) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches(thing)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(thing)),
            Self::Not(part) => !part.matches(thing),
            Self::Is(column, ColumnValue::Null) => matches!((column.read)(thing), ColumnValue::Null),
            Self::Is(column, value) => (column.read)(thing).equals(value),
            Self::IsOneOf(column, values) => {
                let found = (column.read)(thing);
                values.iter().any(|value| found.equals(value))
            }
            Self::Has(related, value) => (related.read)(thing).iter().any(|known| known.equals(value)),
        }
    }

    /// Writes the condition. Each part is true or false and never `NULL`, so `NOT` means the same
    /// as in Rust.
    fn write(&self, sql: &mut Sql, placeholders: Placeholders) {
        match self {
            Self::All(parts) => Self::join(parts, " AND ", "(1 = 1)", sql, placeholders),
            Self::Any(parts) => Self::join(parts, " OR ", "(1 = 0)", sql, placeholders),
            Self::Not(part) => {
                sql.text.push_str("(NOT ");
                part.write(sql, placeholders);
                sql.text.push(')');
            }
            Self::Is(Column { name, .. }, ColumnValue::Null) => sql.push(&["(", name, " IS NULL)"]),
            Self::Is(Column { name, .. }, value) => {
                sql.push(&["(", name, " IS NOT NULL AND ", name, " = "]);
                sql.bind(value, placeholders);
                sql.text.push(')');
            }
            Self::IsOneOf(Column { name, .. }, values) => {
                sql.push(&["(", name, " IS NOT NULL AND ", name, " IN ("]);
                for (position, value) in values.iter().enumerate() {
                    if position > 0 {
                        sql.text.push_str(", ");
                    }
                    sql.bind(value, placeholders);
                }
                sql.text.push_str("))");
            }
            Self::Has(Related { table, key, of, column, .. }, value) => {
                sql.push(&["EXISTS (SELECT 1 FROM ", table, " WHERE ", table, ".", key, " = ", of]);
                sql.push(&[" AND ", table, ".", column, " = "]);
                sql.bind(value, placeholders);
                sql.text.push(')');
            }
        }
    }

    fn join(parts: &[Self], between: &str, none: &str, sql: &mut Sql, placeholders: Placeholders) {
        if parts.is_empty() {
            sql.text.push_str(none);
            return;
        }
        sql.text.push('(');
        for (position, part) in parts.iter().enumerate() {
            if position > 0 {
                sql.text.push_str(between);
            }
            part.write(sql, placeholders);
        }
        sql.text.push(')');
    }
}

/// Prints the condition without its values, which may identify the caller.
impl<T> fmt::Debug for Filter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Filter").field(&self.sql(Placeholders::QuestionMark).text).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Row {
        owner: Option<&'static str>,
        open: bool,
        readers: Vec<&'static str>,
    }

    const OWNER: Column<Row> = Column::new("owner", |row| row.owner.into());
    const OPEN: Column<Row> = Column::new("rows.open", |row| row.open.into());
    const READERS: Related<Row> = Related::new("readers", "row", "rows.id", "name", |row| {
        row.readers.iter().map(|name| (*name).into()).collect()
    });

    #[test]
    fn sql_binds_values_in_placeholder_order() {
        let filter = OWNER.is("o'ne").or(READERS.has("two").and(OPEN.is(false).negate()));
        let sql = filter.sql(Placeholders::DollarFrom(3));
        assert_eq!(
            sql.text,
            "((owner IS NOT NULL AND owner = $3) OR (EXISTS (SELECT 1 FROM readers WHERE readers.row = rows.id AND \
             readers.name = $4) AND (NOT (rows.open IS NOT NULL AND rows.open = $5))))"
        );
        assert_eq!(sql.values, ["o'ne".into(), "two".into(), false.into()]);
        let sql = OWNER.is_one_of([Some("b"), None, Some("a")]).sql(Placeholders::DollarFrom(1));
        assert_eq!(sql.text, "((owner IS NOT NULL AND owner IN ($1, $2)) OR (owner IS NULL))");
        assert_eq!(sql.values, ["b".into(), "a".into()]);
        assert_eq!(Filter::<Row>::everything().sql(Placeholders::QuestionMark).text, "(1 = 1)");
        assert_eq!(Filter::<Row>::nothing().sql(Placeholders::QuestionMark).text, "(1 = 0)");
    }

    #[test]
    fn null_equals_only_null() {
        let row = Row { owner: None, open: true, readers: vec!["a", "b"] };
        for (filter, expected) in [
            (OWNER.is("a"), false),
            (OWNER.is("a").negate(), true),
            (OWNER.is(None::<&str>), true),
            (OWNER.is_one_of(["a", "b"]), false),
            (OWNER.is_one_of(Vec::<&str>::new()), false),
            (OPEN.is(1), true),
            (OPEN.is(2), false),
            (OPEN.is("true"), false),
            (READERS.has("b"), true),
            (READERS.has("B"), false),
            (READERS.has(None::<&str>), false),
            (Filter::everything().and(OPEN.is(true)), true),
            (Filter::nothing().or(OPEN.is(false)), false),
            (OWNER.is_one_of([Some("a"), None]), true),
            (OWNER.is_one_of([Some("a"), None]).negate(), false),
            (OPEN.is_one_of([0, 1]), true),
        ] {
            assert_eq!(filter.matches(&row), expected, "{filter:?}");
        }
    }
}
