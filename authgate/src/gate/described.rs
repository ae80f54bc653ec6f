//! A description of a gate for generated documents, independent of the principal type.

use super::Gate;
use crate::right::{Expression, Principal, PrincipalType};
use crate::scheme::{Attachment, Described};

/// The description of a gate.
#[derive(Clone, Debug)]
pub(crate) struct DescribedGate {
    pub(crate) principal: PrincipalType,
    /// In the order of the challenges.
    pub(crate) schemes: Vec<DescribedScheme>,
    /// The rights that every caller must have.
    pub(crate) required: Vec<&'static Expression>,
    /// `true` if browsers are redirected to a login page.
    pub(crate) has_login_page: bool,
    /// `true` if the application renders the bodies of denials.
    pub(crate) renders: bool,
}

/// The description of a scheme.
#[derive(Clone, Debug)]
pub(crate) struct DescribedScheme {
    pub(crate) name: &'static str,
    pub(crate) described: Described,
    pub(crate) attachment: Attachment,
    pub(crate) knows_login: bool,
}

impl<P: Principal> Gate<P> {
    pub(crate) fn described(&self) -> DescribedGate {
        let schemes = self.inner.schemes.iter().map(|entry| DescribedScheme {
            name: entry.name,
            described: entry.scheme.described(),
            attachment: entry.attachment,
            knows_login: entry.scheme.knows_login(),
        });
        DescribedGate {
            principal: PrincipalType::of::<P>(),
            schemes: schemes.collect(),
            required: self.inner.required.iter().map(|required| required.right).collect(),
            has_login_page: self.inner.login_page.is_some(),
            renders: self.inner.prepared.renders(),
        }
    }
}
