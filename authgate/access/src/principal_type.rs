use std::fmt;

use crate::TypeName;

/// The type of those who call, and the sets of rights that they hold.
#[derive(Clone, Copy)]
pub struct PrincipalType {
    name: &'static str,
    of_type: TypeName,
    sets: &'static [SetOfRights],
}

impl PrincipalType {
    /// Creates it from the constants of a principal.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str, of_type: TypeName, sets: &'static [SetOfRights]) -> Self {
        Self { name, of_type, sets }
    }

    /// The type's own name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// With its modules: two types of one name are told apart by it.
    #[must_use]
    pub fn full_name(&self) -> &'static str {
        self.of_type.full()
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn type_name(&self) -> TypeName {
        self.of_type
    }

    /// The roles, scopes and permissions that `#[derive(Principal)]` was told of; none where it is implemented by hand.
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

/// A set of roles, scopes or permissions, as data: its members, what they imply, and what they grant or allow besides.
#[derive(Clone, Copy, Debug)]
pub struct SetOfRights {
    kind: &'static str,
    of_type: TypeName,
    names: &'static [&'static str],
    closure: &'static [u128],
    permissions: Option<Permitted>,
}

/// What the members of a set do to the permissions of another.
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

    /// `role`, `scope` or `permission`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.kind
    }

    /// The enum.
    #[must_use]
    pub const fn set_type(&self) -> TypeName {
        self.of_type
    }

    /// The members' names, in the order of the variants.
    #[must_use]
    pub const fn names(&self) -> &'static [&'static str] {
        self.names
    }

    /// What the member at this position implies, itself not included, in the order of the variants.
    pub fn implied(&self, member: usize) -> impl Iterator<Item = &'static str> + use<> {
        named(self.names, self.closure.get(member).copied().unwrap_or(0) & !bit(member))
    }

    /// The enum of the permissions that members of this set grant or allow, if it is such a set.
    #[must_use]
    pub const fn permissions(&self) -> Option<TypeName> {
        match self.permissions {
            Some(Permitted { of_type, .. }) => Some(of_type),
            None => None,
        }
    }

    /// The permissions that the member at this position is said to grant or allow, without what they imply.
    #[cfg(feature = "documents")]
    pub(crate) fn given(&self, member: usize) -> impl Iterator<Item = &'static str> + use<> {
        let (names, table) = self.permissions.map_or((&[][..], &[][..]), |all| (all.names, all.table));
        named(names, table.get(member).copied().unwrap_or(0))
    }

    /// The permissions that the member at this position grants (of a role) or allows (of a scope), what they imply included.
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
