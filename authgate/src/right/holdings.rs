//! The rights that a principal holds, as text for the operator.

use std::fmt::{self, Display};

use super::Principal;

/// Writes the rights that a principal holds, in the notation of the access table:
/// `role:viewer, scope:read, role:owner in acme`. Implied rights and those that other rights grant
/// are not included.
pub(crate) struct Holdings<'a, P>(pub(crate) &'a P);

impl<P: Principal> Display for Holdings<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// A principal may have roles in thousands of tenants.
        const MOST: usize = 32;
        let (mut count, mut result) = (0, Ok(()));
        self.0.__each_held(&mut |set, tenant, members| {
            let Some(set) = P::SETS.get(set) else { return };
            for (position, name) in set.names().iter().enumerate() {
                let is_held =
                    members.checked_shr(position.try_into().unwrap_or(u32::MAX)).unwrap_or(0) & 1 == 1;
                if !is_held || count > MOST || result.is_err() {
                    continue;
                }
                count += 1;
                result = if count > MOST {
                    f.write_str(", ..")
                } else {
                    let separator = if count == 1 { "" } else { ", " };
                    write!(f, "{separator}{}:{name}", set.kind()).and_then(|()| match tenant {
                        Some(tenant) => write!(f, " in {tenant}"),
                        None => Ok(()),
                    })
                };
            }
        });
        result
    }
}
