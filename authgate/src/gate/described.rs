//! A gate as documents tell of it, whoever its callers are.

use super::Gate;
use crate::right::{Expression, Principal, PrincipalType};
use crate::scheme::{Attachment, Described};

/// What there is to say of a gate.
#[derive(Clone, Debug)]
pub(crate) struct DescribedGate {
    pub(crate) principal: PrincipalType,
    /// In the order in which clients see the challenges.
    pub(crate) schemes: Vec<DescribedScheme>,
    /// What is asked of every caller.
    pub(crate) required: Vec<&'static Expression>,
    /// Whether browsers are sent to sign in.
    pub(crate) has_login_page: bool,
    /// Whether the application writes the bodies of denials.
    pub(crate) renders: bool,
}

/// What there is to say of one of its schemes.
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
