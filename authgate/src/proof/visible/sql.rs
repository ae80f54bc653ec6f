use super::value::Value;

/// A condition of a query, and the values to bind, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sql {
    /// The condition, in parentheses. There is nothing in it that a caller has said.
    pub text: String,
    /// What its placeholders stand for.
    pub values: Vec<Value<'static>>,
}

/// How a database writes what is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Placeholders {
    /// `?`: SQLite and MySQL.
    QuestionMark,
    /// `$1`, `$2`, ..: PostgreSQL; from this number on, after those of the rest of the query.
    DollarFrom(usize),
}

impl Sql {
    pub(super) fn push(&mut self, texts: &[&str]) {
        self.text.extend(texts.iter().copied());
    }

    pub(super) fn bind(&mut self, value: &Value<'static>, placeholders: Placeholders) {
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
