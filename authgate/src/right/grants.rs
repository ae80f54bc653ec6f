//! Roles as bundles of permissions, and scopes as their limits: tables that the derives write, and masks made of them.

use super::marker::{Index as _, Marker, granted_by};
use super::{Decision, RightSet};
use crate::right::Lack;

/// Which permissions of the enum `Permissions` the roles of a set grant. Written by `#[derive(authgate::Role)]` where a
/// variant says `#[role(grants(..))]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` grants no permissions of `{Permissions}`",
    label = "these roles are no bundles of `{Permissions}`",
    note = "write what each grants on its variant, `#[role(grants(..))]`; where the permissions are not the enum called \
            `Permission` in scope, name them on the enum: `#[role(permissions = {Permissions})]`"
)]
pub trait Grants<Permissions>: RightSet {
    /// What each role grants, by itself or through the roles that it implies: bit `j` of entry `i` where the role `i` grants
    /// the permission `j`. Without what permissions imply.
    const GRANTS: &'static [u128];
}

/// Which permissions of the enum `Permissions` a credential may be used for, by its scopes. Written by
/// `#[derive(authgate::Scope)]` where a variant says `#[scope(allows(..))]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` allows no permissions of `{Permissions}`",
    label = "these scopes say nothing of `{Permissions}`",
    note = "write what each allows on its variant, `#[scope(allows(..))]`; where the permissions are not the enum called \
            `Permission` in scope, name them on the enum: `#[scope(permissions = {Permissions})]`"
)]
pub trait Allows<Permissions>: RightSet {
    /// As [`Grants::GRANTS`].
    const ALLOWS: &'static [u128];
}

/// The table of a derive: what each member is given itself, and what those that it implies are given.
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

/// All that the members with these bits are given together.
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

/// The members that are given one of these.
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

/// What a principal's roles grant and his scopes allow: the tables of his own sets, named once.
pub trait Bundled<Permissions> {
    /// Those of his roles.
    const GRANTS: &'static [u128] = &[];
    /// Those of his scopes.
    const ALLOWS: &'static [u128] = &[];
    /// What his scopes are called.
    const SCOPES: &'static [&'static str] = &[];
}

/// The scope to ask for, where a permission takes one: of those that allow it, the one that allows least besides.
#[must_use]
pub fn least_scope<P: Bundled<M::Set>, M: Marker>() -> Option<&'static str> {
    let allowing = P::SCOPES.iter().zip(P::ALLOWS).filter(|(_, allows)| **allows & sufficient::<M>() != 0);
    allowing.min_by_key(|(_, allows)| allows.count_ones()).map(|(name, _)| *name)
}

/// Whether one of these roles grants the permission: one mask, whatever implies what.
#[inline]
#[must_use]
pub const fn by_roles<P: Bundled<M::Set>, M: Marker>(roles: u128) -> bool {
    roles & const { given_one_of(P::GRANTS, sufficient::<M>()) } != 0
}

/// Whether one of these permissions is the one or implies it.
#[inline]
#[must_use]
pub const fn by_itself<M: Marker>(permissions: u128) -> bool {
    permissions & const { sufficient::<M>() } != 0
}

/// Whether one of these scopes allows the permission. A credential without a word on scopes is not limited.
#[inline]
#[must_use]
pub const fn by_scopes<P: Bundled<M::Set>, M: Marker>(scopes: Option<u128>) -> bool {
    match scopes {
        Some(scopes) => scopes & const { given_one_of(P::ALLOWS, sufficient::<M>()) } != 0,
        None => true,
    }
}

/// Yes where both hold. What is granted and not allowed takes another credential, and what is not granted another caller.
#[inline]
pub const fn permitted(granted: bool, allowed: bool) -> Decision {
    match (granted, allowed) {
        (true, true) => Decision::Allow,
        (true, false) => Decision::Deny(Lack::Scope),
        (false, _) => Decision::Deny(Lack::Permission),
    }
}

/// What these roles grant, without what it implies.
#[must_use]
pub const fn granted<P: Bundled<Permissions>, Permissions>(roles: u128) -> u128 {
    union(P::GRANTS, roles)
}

/// What these scopes allow, without what it implies.
#[must_use]
pub const fn allowed<P: Bundled<Permissions>, Permissions>(scopes: Option<u128>) -> u128 {
    match scopes {
        Some(scopes) => union(P::ALLOWS, scopes),
        None => u128::MAX,
    }
}

#[cfg(test)]
mod tests;
