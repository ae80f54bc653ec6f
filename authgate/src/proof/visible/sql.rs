use super::value::ColumnValue;

/// A condition for a query, and the values to bind in order.
///
/// # Examples
///
/// ```
/// use authgate::visible::{Column, Placeholders, Sql};
///
/// struct Report {
///     owner: String,
/// }
///
/// const OWNER: Column<Report> = Column::new("owner", |report| report.owner.as_str().into());
///
/// let Sql { text, values, .. } = OWNER.is("ada").sql(Placeholders::QuestionMark);
/// let query = format!("SELECT title FROM reports WHERE {text}"); // bind `values`
/// assert_eq!(values, ["ada".into()]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sql {
    /// The condition, in parentheses. It contains no input from the caller.
    pub text: String,
    /// The values of the placeholders.
    pub values: Vec<ColumnValue<'static>>,
}

/// The placeholder syntax of a database.
///
/// # Examples
///
/// ```
/// use authgate::visible::{Column, Placeholders};
///
/// struct Report {
///     owner: String,
/// }
///
/// const OWNER: Column<Report> = Column::new("owner", |report| report.owner.as_str().into());
///
/// let sql = OWNER.is("ada").sql(Placeholders::DollarFrom(3)); // after `$1` and `$2`
/// assert!(sql.text.ends_with("owner = $3)"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Placeholders {
    /// `?`: SQLite and MySQL.
    QuestionMark,
    /// `$1`, `$2`, and so on: PostgreSQL. Numbering starts at the given number, after the
    /// placeholders in the rest of the query.
    DollarFrom(usize),
}

impl Sql {
    pub(super) fn push(&mut self, texts: &[&str]) {
        self.text.extend(texts.iter().copied());
    }

    pub(super) fn bind(&mut self, value: &ColumnValue<'static>, placeholders: Placeholders) {
        match placeholders {
            Placeholders::QuestionMark => self.text.push('?'),
            Placeholders::DollarFrom(first) => {
                self.text.push('$');
                self.text.push_str(&first.saturating_add(self.values.len()).to_string());
            }
        }
        self.values.push(value.clone());
    }
}
