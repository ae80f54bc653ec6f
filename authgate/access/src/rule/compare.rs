//! When two rules are equal: as a lock writes them, or with their types.

use std::cmp::Ordering;

use super::{Held, InTenant, Own, Part, Rule, TypeText};

impl Rule {
    /// Returns `true` if both are the same rule over the same types.
    ///
    /// `==` compares what a lock writes, where two types may have one name.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self == other && has_same_types(self, other)
    }
}

/// Compares the types in two equal rules.
fn has_same_types(one: &Rule, other: &Rule) -> bool {
    match (one, other) {
        (Rule::Held { right: one, tenant }, Rule::Held { right: two, tenant: other_tenant }) => {
            let mut tenants = tenant.iter().zip(other_tenant);
            one.set_type() == two.set_type()
                && tenants.all(|(one, two)| one.name.path() == two.name.path() && one.is(two))
        }
        (Rule::Own(one), Rule::Own(two)) => one.is(two),
        (Rule::Policy { policy, on }, Rule::Policy { policy: other, on: other_on }) => {
            policy.path() == other.path() && on.path() == other_on.path()
        }
        (Rule::Waived { requirement: one, .. }, Rule::Waived { requirement: other, .. }) => {
            has_same_types(one, other)
        }
        _ => one.parts().iter().zip(other.parts()).all(|(one, other)| has_same_types(one, other)),
    }
}

/// Orders a type by the parts that a lock writes.
macro_rules! ordered_as_written {
    ($($type:ty: |$it:ident| $written:expr;)*) => {$(
        impl Ord for $type {
            fn cmp(&self, other: &Self) -> Ordering {
                fn written($it: &$type) -> impl Ord + '_ {
                    $written
                }
                written(self).cmp(&written(other))
            }
        }

        impl PartialOrd for $type {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                self.cmp(other) == Ordering::Equal
            }
        }

        impl Eq for $type {}
    )*};
}

ordered_as_written! {
    Part: |part| part.get();
    Held: |right| (right.kind() != "role", right.kind(), right.name());
    InTenant: |tenant| tenant.name.text();
    Own: |own| (own.kind(), own.name());
    TypeText: |name| name.text();
}
