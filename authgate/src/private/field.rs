//! What `#[derive(Principal)]` asks of the fields that it is pointed at, so that a field of another type is told
//! where it stands.

use crate::right::{Roles, Scopes};

/// The type of a `#[principal(roles)]` field.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hold the roles of `{Set}`",
    label = "this type must be `authgate::Roles<{Set}>`",
    note = "`Roles<{Set}>` is a bit set that deserialises from names, such as `[\"editor\"]`; unknown names grant nothing"
)]
pub trait RolesOf<Set> {
    /// The roles held, one bit each.
    fn bits(&self) -> u128;
}

impl<Set> RolesOf<Set> for Roles<Set> {
    fn bits(&self) -> u128 {
        self.bits()
    }
}

/// The type of a `#[principal(scopes)]` field.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hold the scopes of `{Set}`",
    label = "this type must be `authgate::Scopes<{Set}>`",
    note = "`Scopes<{Set}>` is a bit set that deserialises from names, such as `\"reports:read reports:write\"`; unknown \
            names grant nothing"
)]
pub trait ScopesOf<Set> {
    /// The scopes held, one bit each.
    fn bits(&self) -> u128;
}

impl<Set> ScopesOf<Set> for Scopes<Set> {
    fn bits(&self) -> u128 {
        self.bits()
    }
}
