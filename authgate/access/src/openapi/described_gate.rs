//! A description of a gate for generated documents, independent of the principal type.

use crate::{Ambient, Described, PrincipalType, Rule};

/// The description of a gate.
#[derive(Clone, Debug)]
pub struct DescribedGate {
    /// The principal type of its callers.
    pub principal: PrincipalType,
    /// In the order of the challenges.
    pub schemes: Vec<DescribedScheme>,
    /// The rights that every caller must have.
    pub required: Vec<&'static Rule>,
    /// `true` if browsers are redirected to a login page.
    pub has_login_page: bool,
    /// `true` if the application renders the bodies of denials.
    pub renders: bool,
}

/// The description of a scheme.
#[derive(Clone, Debug)]
pub struct DescribedScheme {
    /// The auth-scheme.
    pub name: &'static str,
    /// Where clients send the credential.
    pub described: Described,
    /// How the credential gets onto a request.
    pub ambient: Ambient,
    /// `true` if a more recent or stronger login can be requested.
    pub knows_login: bool,
}
