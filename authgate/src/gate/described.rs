//! The facts of a gate that documents state.

use authgate_access::openapi::{DescribedGate, DescribedScheme};

use super::Gate;
use crate::right::{Principal, principal_type};

impl<P: Principal> From<&Gate<P>> for DescribedGate {
    fn from(gate: &Gate<P>) -> Self {
        let schemes = gate.inner.schemes.iter().map(|entry| {
            let properties = entry.scheme.properties();
            DescribedScheme {
                name: entry.name,
                described: properties.described(),
                ambient: entry.ambient,
                knows_login: entry.knows_login,
                forbids: properties.forbids,
                limits_attempts: properties.limits_attempts,
            }
        });
        Self {
            principal: principal_type::<P>(),
            schemes: schemes.collect(),
            required: gate.inner.required.iter().map(|required| required.right).collect(),
            has_login_page: gate.inner.login_page.is_some(),
            renders: gate.inner.prepared.renders(),
        }
    }
}
