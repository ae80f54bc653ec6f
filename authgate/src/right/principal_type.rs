use std::fmt;
use std::marker::PhantomData;

use super::TypeName;
use crate::right::{Bundled, Principal, RightSet, kind::Kind as _};

/// The type of those who call, and the sets of rights that they hold.
#[derive(Clone, Copy)]
pub struct PrincipalType {
    name: &'static str,
    of_type: TypeName,
    sets: &'static [SetOfRights],
}

impl PrincipalType {
    pub(crate) const fn of<P: Principal>() -> Self {
        Self { name: P::NAME, of_type: TypeName::of::<P>(), sets: P::SETS }
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

    #[cfg(feature = "table")]
    pub(crate) const fn type_name(&self) -> TypeName {
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
    const fn of<S: RightSet>() -> Self {
        Self::plain(S::Kind::WORD, TypeName::of::<S>(), S::NAMES, S::CLOSURE)
    }

    pub(crate) const fn plain(
        kind: &'static str,
        of_type: TypeName,
        names: &'static [&'static str],
        closure: &'static [u128],
    ) -> Self {
        Self { kind, of_type, names, closure, permissions: None }
    }

    const fn permitting<Set: RightSet>(self, table: &'static [u128]) -> Self {
        let of_type = TypeName::of::<Set>();
        let permissions = Permitted { of_type, names: Set::NAMES, closure: Set::CLOSURE, table };
        Self { permissions: Some(permissions), ..self }
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
    #[cfg(feature = "table")]
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

/// The sets `S` of a principal `P`, of whom the permissions `Q` are: what the derive writes down.
///
/// Of what is no set, the constants are those of [`NoSet`], so that it is told where the principal is said to hold it and not
/// here again: constants of a type itself go before those of a trait.
#[derive(Debug)]
pub struct SetOf<S, P = (), Q = ()>(PhantomData<Made<S, P, Q>>);

type Made<S, P, Q> = fn() -> (S, P, Q);

impl<S: RightSet> SetOf<S> {
    /// The set alone.
    pub const ALONE: SetOfRights = SetOfRights::of::<S>();
}

impl<S: RightSet, P: Bundled<Q>, Q: RightSet> SetOf<S, P, Q> {
    /// Roles that grant the permissions.
    pub const GRANTING: SetOfRights = SetOfRights::of::<S>().permitting::<Q>(P::GRANTS);
    /// Scopes that limit them.
    pub const ALLOWING: SetOfRights = SetOfRights::of::<S>().permitting::<Q>(P::ALLOWS);
}

/// In the place of what is no set.
pub trait NoSet {
    /// Nothing.
    const ALONE: SetOfRights = NOTHING;
    /// Nothing.
    const GRANTING: SetOfRights = NOTHING;
    /// Nothing.
    const ALLOWING: SetOfRights = NOTHING;
}

impl<S, P, Q> NoSet for SetOf<S, P, Q> {}

const NOTHING: SetOfRights =
    SetOfRights { kind: "", of_type: TypeName::of::<()>(), names: &[], closure: &[], permissions: None };

const fn bit(at: usize) -> u128 {
    if at < 128 { 1 << at } else { 0 }
}

fn named(names: &'static [&'static str], bits: u128) -> impl Iterator<Item = &'static str> + use<> {
    names.iter().enumerate().filter(move |(at, _)| bits & bit(*at) != 0).map(|(_, name)| *name)
}
