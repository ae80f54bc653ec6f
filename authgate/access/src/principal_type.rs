use std::fmt;

use crate::TypeName;
use crate::const_text::same_text;

/// The type of a principal, and its sets of rights.
///
/// # Examples
///
/// ```
/// use authgate::access::{Declaration, Route};
///
/// /// The principal type of a route, if it has one.
/// fn principal(route: &Route) -> Option<&'static str> {
///     match route.declaration() {
///         Declaration::Authenticated { principal } => Some(principal.name()),
///         Declaration::Authorized { principal, .. } => Some(principal.name()),
///         _ => None,
///     }
/// }
/// ```
#[derive(Clone, Copy)]
pub struct PrincipalType {
    name: &'static str,
    place: &'static str,
    of_type: TypeName,
    sets: &'static [SetOfRights],
}

impl PrincipalType {
    /// Creates the type from the constants of a principal.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        place: &'static str,
        of_type: TypeName,
        sets: &'static [SetOfRights],
    ) -> Self {
        Self { name, place, of_type, sets }
    }

    /// Returns `true` if both are certainly the same type. Const evaluation cannot compare types,
    /// so this compares the places of their definitions, which derived principals have.
    pub(crate) const fn is_defined_with(&self, other: &Self) -> bool {
        !self.place.is_empty() && same_text(self.place, other.place) && same_text(self.name, other.name)
    }

    /// Returns the name of the type, without its modules.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the name of the type with its modules, which is unique.
    #[must_use]
    pub fn full_name(&self) -> &'static str {
        self.of_type.full()
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn type_name(&self) -> TypeName {
        self.of_type
    }

    /// Returns the sets that `#[derive(Principal)]` names. The result is empty if `Principal` is
    /// implemented by hand.
    #[must_use]
    pub const fn sets(&self) -> &'static [SetOfRights] {
        self.sets
    }
}

impl PartialEq for PrincipalType {
    fn eq(&self, other: &Self) -> bool {
        self.of_type == other.of_type
    }
}

impl Eq for PrincipalType {}

impl fmt::Debug for PrincipalType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Display for PrincipalType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// A set of roles, scopes or permissions: its members, the members that each implies, and the
/// permissions that each grants or allows.
///
/// # Examples
///
/// ```
/// use authgate::access::PrincipalType;
///
/// /// All rights of a principal, such as `role viewer`.
/// fn rights(principal: PrincipalType) -> Vec<String> {
///     let sets = principal.sets().iter();
///     sets.flat_map(|set| set.names().iter().map(|name| format!("{} {name}", set.kind())))
///         .collect()
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SetOfRights {
    kind: &'static str,
    of_type: TypeName,
    names: &'static [&'static str],
    closure: &'static [u128],
    permissions: Option<Permitted>,
}

/// The permissions that the members of a set grant or allow.
#[derive(Clone, Copy, Debug)]
struct Permitted {
    of_type: TypeName,
    names: &'static [&'static str],
    closure: &'static [u128],
    table: &'static [u128],
}

impl SetOfRights {
    /// Creates a set that grants no permissions.
    #[doc(hidden)]
    #[must_use]
    pub const fn plain(
        kind: &'static str,
        of_type: TypeName,
        names: &'static [&'static str],
        closure: &'static [u128],
    ) -> Self {
        Self { kind, of_type, names, closure, permissions: None }
    }

    /// Adds the permissions of another set that the members grant or allow.
    #[doc(hidden)]
    #[must_use]
    pub const fn permitting(
        self,
        of_type: TypeName,
        names: &'static [&'static str],
        closure: &'static [u128],
        table: &'static [u128],
    ) -> Self {
        Self { permissions: Some(Permitted { of_type, names, closure, table }), ..self }
    }

    /// Returns `role`, `scope` or `permission`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.kind
    }

    /// Returns the enum type.
    #[must_use]
    pub const fn set_type(&self) -> TypeName {
        self.of_type
    }

    /// Returns the names of the members in the order of the variants.
    #[must_use]
    pub const fn names(&self) -> &'static [&'static str] {
        self.names
    }

    /// Returns the members that a member implies, without itself, in the order of the variants.
    pub fn implied(&self, member: usize) -> impl Iterator<Item = &'static str> + use<> {
        named(self.names, self.closure.get(member).copied().unwrap_or(0) & !bit(member))
    }

    /// Returns the enum type of the permissions that members grant or allow.
    #[must_use]
    pub const fn permissions(&self) -> Option<TypeName> {
        match self.permissions {
            Some(Permitted { of_type, .. }) => Some(of_type),
            None => None,
        }
    }

    /// Returns the permissions that a member grants or allows, without implied ones.
    #[cfg(feature = "documents")]
    pub(crate) fn given(&self, member: usize) -> impl Iterator<Item = &'static str> + use<> {
        let (names, table) = self.permissions.map_or((&[][..], &[][..]), |all| (all.names, all.table));
        named(names, table.get(member).copied().unwrap_or(0))
    }

    /// Returns the permissions that a role grants or a scope allows, with implied ones.
    pub fn permitted(&self, member: usize) -> impl Iterator<Item = &'static str> + use<> {
        let all = self.permissions.map(|Permitted { names, closure, table, .. }| {
            let given = table.get(member).copied().unwrap_or(0);
            let each = closure.iter().enumerate().filter(move |(at, _)| given & bit(*at) != 0);
            (names, each.fold(0, |all, (_, implied)| all | implied))
        });
        let (names, bits) = all.unwrap_or((&[], 0));
        named(names, bits)
    }
}

const fn bit(at: usize) -> u128 {
    if at < 128 { 1 << at } else { 0 }
}

fn named(names: &'static [&'static str], bits: u128) -> impl Iterator<Item = &'static str> + use<> {
    names.iter().enumerate().filter(move |(at, _)| bits & bit(*at) != 0).map(|(_, name)| *name)
}
