//! The rights that follow from held rights.

use std::collections::BTreeSet;

use super::{Lock, RightLine};

impl Lock {
    /// Returns the rights of a kind that a caller with these rights holds: these and the implied
    /// ones.
    #[must_use]
    pub fn held<'a>(&'a self, kind: &str, given: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
        let mut held = BTreeSet::new();
        let mut left: Vec<&str> = given.into_iter().collect();
        while let Some(name) = left.pop() {
            if held.insert(name)
                && let Some(right) = self.right(kind, name)
            {
                left.extend(right.implies().iter().map(String::as_str));
            }
        }
        held
    }

    /// Returns the permissions that these roles grant, with implied ones.
    #[must_use]
    pub fn granted<'a>(&'a self, roles: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
        self.permissions(&self.held("role", roles), "role", RightLine::grants)
    }

    /// Returns the permissions that these scopes allow, with implied ones.
    #[must_use]
    pub fn allowed<'a>(&'a self, scopes: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
        self.permissions(&self.held("scope", scopes), "scope", RightLine::allows)
    }

    /// Returns `true` if scopes limit permissions.
    #[must_use]
    pub fn limits_permissions(&self) -> bool {
        self.rights.iter().any(|right| !right.allows().is_empty())
    }

    fn permissions(
        &self,
        held: &BTreeSet<&str>,
        kind: &str,
        of: fn(&RightLine) -> &[String],
    ) -> BTreeSet<&str> {
        let rights = self.rights.iter().filter(|right| right.kind() == kind && held.contains(right.name()));
        self.held("permission", rights.flat_map(of).map(String::as_str))
    }
}
