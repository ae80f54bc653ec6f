use crate::const_text::{same_text, same_word};

/// The place in a request where a tenant is named.
///
/// The client chooses the tenant in each of them. Access depends on the rights that the caller
/// holds in that tenant.
///
/// # Examples
///
/// ```
/// use authgate::right::{Tenant, TenantFrom};
///
/// /// `acme.example.com` names `acme`.
/// pub struct Org;
///
/// impl Tenant for Org {
///     const FROM: TenantFrom = TenantFrom::Subdomain("example.com");
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TenantFrom {
    /// The percent-decoded path parameter of this name.
    PathParameter(&'static str),
    /// The single label before this domain: with `Subdomain("example.com")`, `acme.example.com`
    /// names `acme`. If a proxy rewrites the `Host` field, the proxy chooses the tenant.
    Subdomain(&'static str),
    /// The header field of this name, in lower case.
    HeaderField(&'static str),
}

impl TenantFrom {
    /// Returns `true` if both name the same place.
    pub(crate) const fn is(self, other: Self) -> bool {
        match (self, other) {
            (Self::PathParameter(one), Self::PathParameter(other)) => same_text(one, other),
            (Self::Subdomain(one), Self::Subdomain(other))
            | (Self::HeaderField(one), Self::HeaderField(other)) => same_word(one, other),
            _ => false,
        }
    }
}
