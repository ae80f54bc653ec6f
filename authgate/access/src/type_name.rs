use std::any::type_name;
use std::fmt::{self, Display};

/// The name of a type of the application, without its modules: `CanEdit`, `Child<Org, Report>`.
///
/// # Examples
///
/// ```
/// use authgate::access::TypeName;
///
/// let name = TypeName::of::<Vec<String>>();
/// assert_eq!(name.to_string(), "Vec<String>");
/// assert_eq!(name.full(), "alloc::vec::Vec<alloc::string::String>");
/// ```
#[derive(Clone, Copy)]
pub struct TypeName {
    full: fn() -> &'static str,
}

impl TypeName {
    /// Returns the name of `T`.
    #[must_use]
    pub const fn of<T: ?Sized>() -> Self {
        Self { full: type_name::<T> }
    }

    /// Returns the name with its modules, which is unique.
    #[must_use]
    pub fn full(self) -> &'static str {
        (self.full)()
    }
}

impl Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The punctuation of generic types separates paths.
        let mut rest = self.full();
        while let Some(end) = rest.find(['<', '>', ',', ' ', '(', ')', '[', ']', '&', ';']) {
            let (path, after) = rest.split_at(end);
            f.write_str(last(path))?;
            let mark = after.chars().next().map_or(0, char::len_utf8);
            let (mark, after) = after.split_at(mark);
            f.write_str(mark)?;
            rest = after;
        }
        f.write_str(last(rest))
    }
}

fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

impl fmt::Debug for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

impl PartialEq for TypeName {
    fn eq(&self, other: &Self) -> bool {
        self.full() == other.full()
    }
}

impl Eq for TypeName {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn omits_modules() {
        assert_eq!(TypeName::of::<TypeName>().to_string(), "TypeName");
        assert_eq!(TypeName::of::<Vec<Option<std::time::Duration>>>().to_string(), "Vec<Option<Duration>>");
        assert_eq!(TypeName::of::<(u8, String)>().to_string(), "(u8, String)");
        assert_ne!(TypeName::of::<u8>(), TypeName::of::<u16>());
    }
}
