//! The requirements of `#[derive(Principal)]` on the types of fields. An error for another type
//! points at the field.

use std::sync::Arc;

use crate::right::{Permissions, Roles, Scopes, TenantRoles};

/// The type of a `#[principal(issuer)]` field.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold the name of an issuer",
    label = "expected `String`, `Box<str>` or `Arc<str>`",
    note = "the field receives the issuer that the gate has verified; use `Option` if some credentials have no issuer"
)]
pub trait IssuerField {
    /// Sets the name.
    fn set(&mut self, issuer: &str);
}

/// Allocates only where the name differs: from a token the field has it already.
macro_rules! issuer_field {
    ($($Text:ty),+) => {$(
        impl IssuerField for $Text {
            fn set(&mut self, issuer: &str) {
                if **self != *issuer {
                    *self = issuer.into();
                }
            }
        }

        impl IssuerField for Option<$Text> {
            fn set(&mut self, issuer: &str) {
                match self {
                    Some(text) => text.set(issuer),
                    None => *self = Some(issuer.into()),
                }
            }
        }
    )+};
}

issuer_field!(String, Box<str>, Arc<str>);

/// The type of a `#[principal(roles)]` field.
#[diagnostic::on_unimplemented(
    message = "expected `authgate::Roles<{Set}>`, found `{Self}`",
    label = "not a set of roles of `{Set}`",
    note = "`Roles<{Set}>` is a bit set that deserializes from names, such as `[\"editor\"]`; unknown names grant nothing"
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
    message = "expected `authgate::Scopes<{Set}>`, found `{Self}`",
    label = "not a set of scopes of `{Set}`",
    note = "`Scopes<{Set}>` is a bit set that deserializes from names, such as `\"reports:read reports:write\"`; unknown \
            names grant nothing"
)]
pub trait ScopesOf<Set> {
    /// The scopes held, one bit each.
    fn bits(&self) -> u128;

    /// The scopes that limit the permissions of roles, or `None` without a limit.
    fn limit(&self) -> Option<u128>;
}

impl<Set> ScopesOf<Set> for Scopes<Set> {
    fn bits(&self) -> u128 {
        self.bits()
    }

    fn limit(&self) -> Option<u128> {
        Some(self.bits())
    }
}

/// `None` is a credential without a word on scopes: it holds none, and is not limited by them.
impl<Set> ScopesOf<Set> for Option<Scopes<Set>> {
    fn bits(&self) -> u128 {
        self.map_or(0, |scopes| scopes.bits())
    }

    fn limit(&self) -> Option<u128> {
        self.map(|scopes| scopes.bits())
    }
}

/// The type of a `#[principal(permissions)]` field.
#[diagnostic::on_unimplemented(
    message = "expected `authgate::Permissions<{Set}>`, found `{Self}`",
    label = "not a set of permissions of `{Set}`",
    note = "`Permissions<{Set}>` is a bit set that deserializes from names, such as `[\"reports:write\"]`; unknown names \
            grant nothing"
)]
pub trait PermissionsOf<Set> {
    /// The permissions held, one bit each.
    fn bits(&self) -> u128;
}

impl<Set> PermissionsOf<Set> for Permissions<Set> {
    fn bits(&self) -> u128 {
        self.bits()
    }
}

/// The type of a `#[principal(tenant_roles)]` field.
#[diagnostic::on_unimplemented(
    message = "expected `authgate::right::TenantRoles<{Set}>`, found `{Self}`",
    label = "not the roles of `{Set}` by tenant",
    note = "`TenantRoles<{Set}>` deserializes from an object of tenants and their roles, such as `{{\"acme\": \
            [\"member\"]}}`; unknown roles grant nothing"
)]
pub trait TenantRolesOf<Set> {
    /// The roles held in that tenant, one bit each.
    fn bits_in(&self, tenant: &str) -> u128;

    /// Calls `see` with each tenant's name, as it is spelled.
    fn each_tenant(&self, see: &mut dyn FnMut(&str));
}

impl<Set> TenantRolesOf<Set> for TenantRoles<Set> {
    fn bits_in(&self, tenant: &str) -> u128 {
        self.in_tenant(tenant).bits()
    }

    fn each_tenant(&self, see: &mut dyn FnMut(&str)) {
        self.tenants().for_each(|(tenant, _)| see(tenant));
    }
}
