use std::fmt;
use std::ops::Deref;

use serde::{Serialize, Serializer};

use crate::proof::resource::Policy;
use crate::right::Decision;

/// A list of resources. A right over the page is a right over each of its resources.
///
/// Dereferences to a slice, and serializes as an array.
///
/// # Examples
///
/// ```
/// use authgate::visible::Page;
///
/// let page = Page::new(vec!["Q3", "Q4"]);
/// assert_eq!(page.len(), 2);
/// ```
pub struct Page<T>(Vec<T>);

impl<T> Page<T> {
    /// Creates a page of these resources.
    #[must_use]
    pub const fn new(things: Vec<T>) -> Self {
        Self(things)
    }

    /// Returns the resources.
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }
}

impl<T> Deref for Page<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Serialize> Serialize for Page<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<T> fmt::Debug for Page<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").field("len", &self.0.len()).finish_non_exhaustive()
    }
}

#[diagnostic::do_not_recommend]
impl<R: Policy<T>, T> Policy<Page<T>> for R {
    type Principal = R::Principal;

    fn decide(principal: &R::Principal, page: &Page<T>) -> Decision {
        page.iter()
            .fold(Decision::Allow, |decision, thing| decision.and(<R as Policy<T>>::decide(principal, thing)))
    }
}
