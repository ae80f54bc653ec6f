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
        f.write_str(&without_modules(self.full()))
    }
}

/// `app::Child<app::Org>` -> `Child<Org>`
pub(crate) fn without_modules(name: &str) -> String {
    with_paths(name, |path| path.rsplit("::").next().unwrap_or(path).to_owned())
}

/// Changes each path in the name of a type. `Child<app::Org>` has the paths `Child` and `app::Org`.
pub(crate) fn with_paths(name: &str, change: impl Fn(&str) -> String) -> String {
    // The punctuation of generic types separates paths.
    let marks = ['<', '>', ',', ' ', '(', ')', '[', ']', '&', ';'];
    let mut changed = String::new();
    for part in name.split_inclusive(marks) {
        let path = part.trim_end_matches(marks);
        changed.push_str(&change(path));
        changed.push_str(part.get(path.len()..).unwrap_or_default());
    }
    changed
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
