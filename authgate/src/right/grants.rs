//! Roles that grant permissions, and scopes that limit them: tables emitted by the derives, and bit
//! masks computed from these tables.

use super::marker::{Index as _, Marker, granted_by};
use super::{Decision, RightSet};
use crate::right::ForbiddenReason;

/// The permissions of the enum `Permissions` that the roles of a set grant.
///
/// Implemented by `#[derive(authgate::Role)]` if a variant has `#[role(grants(..))]`.
///
/// # Examples
///
/// ```
/// use authgate::right::Grants;
///
/// #[derive(authgate::Permission)]
/// pub enum Permission {
///     Read,
///     Write,
/// }
///
/// #[derive(authgate::Role)]
/// pub enum Role {
///     #[role(grants(Read, Write))]
///     Editor,
/// }
///
/// assert_eq!(<Role as Grants<Permission>>::GRANTS, [0b11]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not grant permissions of `{Permissions}`",
    label = "these roles do not grant `{Permissions}`",
    note = "declare the permissions of each variant, `#[role(grants(..))]`; if their enum is not `Permission` in \
            scope, name it on the enum: `#[role(permissions = {Permissions})]`"
)]
pub trait Grants<Permissions>: RightSet {
    /// The permissions that each role grants, directly or through the roles that it implies. Bit
    /// `j` of entry `i` is set if role `i` grants permission `j`. Permissions that other
    /// permissions imply are not included.
    const GRANTS: &'static [u128];
}

/// The permissions of the enum `Permissions` that a credential may be used for, by its scopes.
///
/// Implemented by `#[derive(authgate::Scope)]` if a variant has `#[scope(allows(..))]`.
///
/// # Examples
///
/// ```
/// use authgate::right::Allows;
///
/// #[derive(authgate::Permission)]
/// pub enum Permission {
///     Read,
///     Write,
/// }
///
/// #[derive(authgate::Scope)]
/// pub enum Scope {
///     #[scope(name = "reports:read", allows(Read))]
///     ReadReports,
/// }
///
/// assert_eq!(<Scope as Allows<Permission>>::ALLOWS, [0b01]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not allow permissions of `{Permissions}`",
    label = "these scopes do not allow `{Permissions}`",
    note = "declare the permissions of each variant, `#[scope(allows(..))]`; if their enum is not `Permission` in \
            scope, name it on the enum: `#[scope(permissions = {Permissions})]`"
)]
pub trait Allows<Permissions>: RightSet {
    /// The permissions that each scope allows, in the form of [`Grants::GRANTS`].
    const ALLOWS: &'static [u128];
}

/// Builds the table that a derive emits: the entries of each member and of the members that it
/// implies.
#[must_use]
pub const fn bundles<const MEMBERS: usize>(closure: &[u128], given: [u128; MEMBERS]) -> [u128; MEMBERS] {
    let mut table = given;
    let mut member = 0;
    while member < MEMBERS && member < closure.len() {
        #[expect(clippy::indexing_slicing, reason = "const: `member` is below both lengths")]
        {
            table[member] = union(&given, closure[member]);
        }
        member += 1;
    }
    table
}

/// Returns the union of the entries of these members.
pub(super) const fn union(mut table: &[u128], members: u128) -> u128 {
    let mut all = 0;
    let mut member = 0;
    while let [given, rest @ ..] = table {
        if member < u128::BITS && members >> member & 1 == 1 {
            all |= *given;
        }
        member += 1;
        table = rest;
    }
    all
}

/// Returns the members whose entry contains at least one bit of `sufficient`.
const fn given_one_of(mut table: &[u128], sufficient: u128) -> u128 {
    let mut members = 0;
    let mut member = 0;
    while let [given, rest @ ..] = table {
        if member < u128::BITS && *given & sufficient != 0 {
            members |= 1 << member;
        }
        member += 1;
        table = rest;
    }
    members
}

const fn sufficient<M: Marker>() -> u128 {
    granted_by(<M::Set as RightSet>::CLOSURE, M::Index::VALUE)
}

/// The tables of a principal's own role and scope sets: the permissions that its roles grant and
/// that its scopes allow.
pub trait Bundled<Permissions> {
    /// The permissions that each role grants.
    const GRANTS: &'static [u128] = &[];
    /// The permissions that each role grants in the tenant in which it is held. The table of the
    /// roles that are held everywhere, unless the principal has another set of roles in tenants.
    const TENANT_GRANTS: &'static [u128] = Self::GRANTS;
    /// The permissions that each scope allows.
    const ALLOWS: &'static [u128] = &[];
    /// The names of the scopes.
    const SCOPES: &'static [&'static str] = &[];
}

/// Returns the scope to request for a permission: of the scopes that allow it, the one that allows
/// the fewest permissions.
#[must_use]
pub fn least_scope<P: Bundled<M::Set>, M: Marker>() -> Option<&'static str> {
    let allowing = P::SCOPES.iter().zip(P::ALLOWS).filter(|(_, allows)| **allows & sufficient::<M>() != 0);
    allowing.min_by_key(|(_, allows)| allows.count_ones()).map(|(name, _)| *name)
}

/// Returns `true` if one of these roles grants the permission. The test is a single mask for any
/// hierarchy.
#[inline]
#[must_use]
pub const fn by_roles<P: Bundled<M::Set>, M: Marker>(roles: u128) -> bool {
    roles & const { given_one_of(P::GRANTS, sufficient::<M>()) } != 0
}

/// As [`by_roles`], by roles that are held in a tenant.
#[inline]
#[must_use]
pub const fn by_tenant_roles<P: Bundled<M::Set>, M: Marker>(roles: u128) -> bool {
    roles & const { given_one_of(P::TENANT_GRANTS, sufficient::<M>()) } != 0
}

/// Returns `true` if one of these permissions is the required one or implies it.
#[inline]
#[must_use]
pub const fn by_itself<M: Marker>(permissions: u128) -> bool {
    permissions & const { sufficient::<M>() } != 0
}

/// Returns `true` if one of these scopes allows the permission. A credential without a list of
/// scopes is not limited.
#[inline]
#[must_use]
pub const fn by_scopes<P: Bundled<M::Set>, M: Marker>(scopes: Option<u128>) -> bool {
    match scopes {
        Some(scopes) => scopes & const { given_one_of(P::ALLOWS, sufficient::<M>()) } != 0,
        None => true,
    }
}

/// Combines the two conditions of a permission.
///
/// A permission that is granted but not allowed needs a credential with another scope. A permission
/// that is not granted needs another caller.
#[inline]
pub const fn permitted(granted: bool, allowed: bool) -> Decision {
    match (granted, allowed) {
        (true, true) => Decision::Allow,
        (true, false) => Decision::Deny(ForbiddenReason::Scope),
        (false, _) => Decision::Deny(ForbiddenReason::Permission),
    }
}

/// Returns the permissions that these roles grant, without the permissions that those imply.
#[must_use]
pub const fn granted<P: Bundled<Permissions>, Permissions>(roles: u128) -> u128 {
    union(P::GRANTS, roles)
}

/// As [`granted`], by roles that are held in a tenant.
#[must_use]
pub const fn granted_in_tenant<P: Bundled<Permissions>, Permissions>(roles: u128) -> u128 {
    union(P::TENANT_GRANTS, roles)
}

/// Returns the permissions that these scopes allow, without the permissions that those imply.
#[must_use]
pub const fn allowed<P: Bundled<Permissions>, Permissions>(scopes: Option<u128>) -> u128 {
    match scopes {
        Some(scopes) => union(P::ALLOWS, scopes),
        None => u128::MAX,
    }
}

#[cfg(test)]
mod tests;
