use std::borrow::Cow;
use std::fmt;

/// The canonical form of a tenant's names. Two are equal if both or neither have one, since
/// functions cannot be compared.
///
/// # Examples
///
/// ```
/// use authgate::access::Canonical;
///
/// assert!(!Canonical::NONE.is_some()); // names are compared by bytes
/// ```
#[derive(Clone, Copy)]
pub struct Canonical(Option<Form>);

/// `Acme` -> `acme`.
type Form = fn(&str) -> Option<Cow<'_, str>>;

impl Canonical {
    /// Creates it from the constant of a tenant.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(form: Option<Form>) -> Self {
        Self(form)
    }

    /// Names are compared by bytes.
    pub const NONE: Self = Self(None);

    /// The canonical form of a name, `Acme` -> `acme`. `None` if it has none.
    #[doc(hidden)]
    #[must_use]
    pub fn of(self, name: &str) -> Option<Cow<'_, str>> {
        match self.0 {
            None => Some(Cow::Borrowed(name)),
            Some(canonical) => canonical(name).filter(|name| !name.is_empty()),
        }
    }

    /// Returns `true` if names have a canonical form.
    #[must_use]
    pub const fn is_some(self) -> bool {
        self.0.is_some()
    }
}

impl PartialEq for Canonical {
    fn eq(&self, other: &Self) -> bool {
        self.is_some() == other.is_some()
    }
}

impl Eq for Canonical {}

impl fmt::Debug for Canonical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Canonical").field(&self.is_some()).finish()
    }
}
