use std::collections::BTreeMap;
use std::fmt::{self, Debug};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use super::{RightSet, Roles};

/// The roles that a principal holds in each tenant.
///
/// Deserializes from `null`, or from an object that maps the name of each tenant to roles in a form
/// that [`Roles`] accepts. An unknown role grants nothing. A duplicate tenant is an error.
/// Serializes as the object.
///
/// A role in one tenant grants nothing in another, and no role is held in every tenant. Give
/// callers that operate all tenants a separate role in a [`Roles`] field, and name it in the rule:
/// `Any<(In<Org, org_role::Admin>, role::Support)>`. The two fields can be of two enums:
/// `#[principal(role = Role, tenant_role = OrgRole)]`.
///
/// # Examples
///
/// ```
/// use authgate::right::TenantRoles;
///
/// #[derive(authgate::Role)]
/// pub enum Role {
///     Member,
///     #[role(implies(Member))]
///     Admin,
/// }
///
/// let orgs: TenantRoles<Role> =
///     serde_json::from_str(r#"{"acme": ["member"], "globex": "admin"}"#)?;
/// assert!(orgs.grants_in("globex", Role::Member));
/// assert!(!orgs.grants_in("acme", Role::Admin));
/// assert!(orgs.in_tenant("initech").is_empty());
/// # Ok::<(), serde_json::Error>(())
/// ```
pub struct TenantRoles<R> {
    tenants: BTreeMap<String, Roles<R>>,
}

impl<R> TenantRoles<R> {
    /// Returns an empty map: no roles in any tenant.
    #[must_use]
    pub const fn none() -> Self {
        Self { tenants: BTreeMap::new() }
    }

    /// Returns the roles held in the tenant with exactly this name. Names are compared by bytes, in
    /// the spelling in which they were inserted. Rules compare them in their [canonical
    /// form](crate::right::Tenant::CANONICAL).
    #[must_use]
    pub fn in_tenant(&self, tenant: &str) -> Roles<R> {
        self.tenants.get(tenant).copied().unwrap_or_default()
    }

    /// Returns the tenants in the spelling in which they were inserted, ordered by name, with the
    /// roles held in each.
    pub fn tenants(&self) -> impl Iterator<Item = (&str, Roles<R>)> {
        self.tenants.iter().map(|(tenant, roles)| (tenant.as_str(), *roles))
    }
}

impl<R: RightSet> TenantRoles<R> {
    /// Adds a role in a tenant.
    pub fn insert(&mut self, tenant: impl Into<String>, role: R) {
        self.tenants.entry(tenant.into()).or_default().insert(role);
    }

    /// Returns `true` if the role is held in the tenant or implied by a role that is, as in a rule.
    #[must_use]
    pub fn grants_in(&self, tenant: &str, role: R) -> bool {
        self.in_tenant(tenant).grants(role)
    }
}

impl<R> Default for TenantRoles<R> {
    fn default() -> Self {
        Self::none()
    }
}

impl<R> Clone for TenantRoles<R> {
    fn clone(&self) -> Self {
        Self { tenants: self.tenants.clone() }
    }
}

impl<R> PartialEq for TenantRoles<R> {
    fn eq(&self, other: &Self) -> bool {
        self.tenants == other.tenants
    }
}

impl<R> Eq for TenantRoles<R> {}

impl<R: RightSet> Debug for TenantRoles<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(&self.tenants).finish()
    }
}

/// Merges the roles of a tenant that occurs twice.
impl<R: RightSet> FromIterator<(String, Roles<R>)> for TenantRoles<R> {
    fn from_iter<I: IntoIterator<Item = (String, Roles<R>)>>(tenants: I) -> Self {
        let mut all = Self::none();
        for (tenant, roles) in tenants {
            all.tenants.entry(tenant).or_default().extend(roles.iter());
        }
        all
    }
}

impl<R: RightSet> Serialize for TenantRoles<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(&self.tenants)
    }
}

impl<'de, R: RightSet> Deserialize<'de> for TenantRoles<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Tenants(Self::none()))
    }
}

/// Deserializes into the map that it contains.
struct Tenants<R>(TenantRoles<R>);

impl<'de, R: RightSet> Visitor<'de> for Tenants<R> {
    type Value = TenantRoles<R>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of tenants, each with the names of roles")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self::Value, A::Error> {
        while let Some((tenant, roles)) = map.next_entry::<String, Roles<R>>()? {
            if self.0.tenants.insert(tenant, roles).is_some() {
                return Err(A::Error::custom("duplicate tenant"));
            }
        }
        Ok(self.0)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(self.0)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(self.0)
    }
}
