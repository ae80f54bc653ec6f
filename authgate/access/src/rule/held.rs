use std::borrow::Cow;

use super::{Canonical, TypeText, text};
use crate::const_text::same_text;
use crate::{SetOfRights, TenantFrom, TypeName};

/// A role, scope or permission.
///
/// # Examples
///
/// ```
/// use authgate::access::Rule;
///
/// /// The names of the roles in a rule.
/// fn roles(rule: &Rule) -> Vec<&str> {
///     rule.held("role").map(|role| role.name()).collect()
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Held {
    kind: &'static str,
    name: Cow<'static, str>,
    /// The set of the member, which a lock does not contain.
    member: Option<Member>,
}

/// The place of a member in its set.
#[derive(Clone, Copy, Debug)]
struct Member {
    set: &'static str,
    of_type: TypeName,
    names: &'static [&'static str],
    closure: &'static [u128],
    index: usize,
}

/// The tenant in which a right must be held.
///
/// # Examples
///
/// ```
/// use authgate::access::Rule;
///
/// /// The tenant of a right, such as `Org`.
/// fn tenant(rule: &Rule) -> Option<String> {
///     match rule {
///         Rule::Held { tenant: Some(tenant), .. } => Some(tenant.name().to_string()),
///         _ => None,
///     }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct InTenant {
    pub(super) name: TypeText,
    pub(super) from: Option<TenantFrom>,
    pub(super) canonical: Canonical,
}

impl InTenant {
    /// Creates it from the constants of a tenant.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: TypeName, from: TenantFrom, canonical: Canonical) -> Self {
        Self { name: TypeText::Of(name), from: Some(from), canonical }
    }

    /// Creates the tenant that a lock writes.
    #[doc(hidden)]
    #[must_use]
    pub const fn read(name: TypeText) -> Self {
        Self { name, from: None, canonical: Canonical::NONE }
    }

    /// Returns the type that finds the tenant of a request.
    #[must_use]
    pub const fn name(&self) -> &TypeText {
        &self.name
    }

    /// Returns the place in a request that names the tenant, unless the rule was read.
    #[must_use]
    pub const fn from(&self) -> Option<TenantFrom> {
        self.from
    }

    /// Returns the canonical form of the names.
    #[must_use]
    pub const fn canonical(&self) -> Canonical {
        self.canonical
    }

    /// Returns `true` if both are found in the same place. Functions cannot be compared: two
    /// tenants of one place with a canonical form count as one.
    pub(crate) const fn is(&self, other: &Self) -> bool {
        match (self.from, other.from) {
            (Some(one), Some(other_from)) => {
                one.is(other_from) && self.canonical.is_some() == other.canonical.is_some()
            }
            _ => false,
        }
    }
}

impl Held {
    /// Creates the member at a position of a set.
    ///
    /// # Panics
    ///
    /// Panics if the set has no such member.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        kind: &'static str,
        set: &'static str,
        of_type: TypeName,
        names: &'static [&'static str],
        closure: &'static [u128],
        index: usize,
    ) -> Self {
        assert!(
            index < names.len(),
            "the index of this marker is not in its set: let the derive generate it"
        );
        #[expect(clippy::indexing_slicing, reason = "const: checked above")]
        let name = Cow::Borrowed(names[index]);
        Self { kind, name, member: Some(Member { set, of_type, names, closure, index }) }
    }

    /// Creates the right that a lock writes.
    #[doc(hidden)]
    #[must_use]
    pub fn read(kind: &'static str, name: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, name: name.into(), member: None }
    }

    /// Returns `role`, `scope` or `permission`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.kind
    }

    /// Returns the name, as tokens contain it.
    #[must_use]
    pub const fn name(&self) -> &str {
        text(&self.name)
    }

    /// Returns the type of the set, unless the right was read.
    #[must_use]
    pub const fn set_type(&self) -> Option<TypeName> {
        match self.member {
            Some(member) => Some(member.of_type),
            None => None,
        }
    }

    /// Returns the set as data, without what its members grant.
    pub(crate) fn members(&self) -> Option<SetOfRights> {
        let Member { of_type, names, closure, .. } = self.member?;
        Some(SetOfRights::plain(self.kind, of_type, names, closure))
    }

    /// Returns the member as the sets of a principal have it: its kind and name.
    #[cfg(feature = "documents")]
    pub(crate) fn in_set(&self) -> Option<(&'static str, TypeName, &'static str)> {
        let set = self.members()?;
        Some((set.kind(), set.set_type(), set.names().get(self.member?.index)?))
    }

    /// Returns `true` if the member grants another of the same set. Two enums may have one name, so
    /// the members are compared as well.
    pub(crate) const fn grants(&self, other: &Self) -> bool {
        match (self.member, other.member) {
            (Some(one), Some(two)) => {
                let same_set = same_text(self.kind(), other.kind())
                    && same_text(one.set, two.set)
                    && same_names(one.names, two.names)
                    && same_members(one.closure, two.closure);
                #[expect(clippy::indexing_slicing, reason = "const: `new` has checked the index")]
                {
                    same_set && one.closure[one.index] >> two.index & 1 == 1
                }
            }
            _ => false,
        }
    }

    /// Returns the members that the member implies, itself not included, in the order of the
    /// variants. Empty if the right was read.
    pub fn implied(&self) -> impl Iterator<Item = &'static str> + use<> {
        let index = self.member.map_or(0, |member| member.index);
        self.members().into_iter().flat_map(move |set| set.implied(index))
    }

    /// Returns the members that grant it, itself included, in the order of the variants. Empty if
    /// the right was read.
    pub fn granted_by(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.member.into_iter().flat_map(|Member { names, closure, index, .. }| {
            let granting = names.iter().zip(closure).filter(move |(_, closure)| *closure >> index & 1 == 1);
            granting.map(|(name, _)| *name)
        })
    }
}

const fn same_names(mut one: &[&str], mut other: &[&str]) -> bool {
    while let ([first, rest @ ..], [their_first, their_rest @ ..]) = (one, other) {
        if !same_text(first, their_first) {
            return false;
        }
        (one, other) = (rest, their_rest);
    }
    one.is_empty() && other.is_empty()
}

const fn same_members(mut one: &[u128], mut other: &[u128]) -> bool {
    while let ([first, rest @ ..], [their_first, their_rest @ ..]) = (one, other) {
        if *first != *their_first {
            return false;
        }
        (one, other) = (rest, their_rest);
    }
    one.is_empty() && other.is_empty()
}
