//! What `#[derive(Principal)]` asks of the fields that it is pointed at, so that a field of another type is told
//! where it stands.

use std::sync::Arc;

use crate::right::{Permissions, Roles, Scopes, TenantRoles};

/// The type of a `#[principal(issuer)]` field.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold the name of an issuer",
    label = "expected `String`, `Box<str>` or `Arc<str>`",
    note = "the field receives the issuer that the gate has verified; wrap the type in `Option` where some credentials \
            have no issuer"
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

    /// The scopes that limit what roles grant; `None` where nothing was said of scopes.
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
    message = "`{Self}` does not hold the permissions of `{Set}`",
    label = "this type must be `authgate::Permissions<{Set}>`",
    note = "`Permissions<{Set}>` is a bit set that deserialises from names, such as `[\"reports:write\"]`; unknown names \
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
    message = "`{Self}` does not hold the roles of `{Set}` in tenants",
    label = "this type must be `authgate::TenantRoles<{Set}>`",
    note = "`TenantRoles<{Set}>` deserialises from tenants' names with roles, such as `{{\"acme\": [\"member\"]}}`; unknown \
            roles grant nothing"
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
