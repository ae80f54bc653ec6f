//! When two rules are equal: as a lock writes them, or with their types.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::{Builtin, InTenant, Part, Rule, Value};

/// The parts of a leaf that a lock writes.
type Written<'a> = (Option<Builtin>, Option<&'a Value>, [Cow<'a, str>; 3]);

impl Rule {
    /// Returns `true` if both are the same rule over the same types.
    ///
    /// `==` compares what a lock writes, where two types may have one name.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        let parts = |one: &[Part], other: &[Part]| {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.is(other))
        };
        match (self, other) {
            (Self::Held { right: one, tenant }, Self::Held { right: two, tenant: other_tenant }) => {
                one.is(two)
                    && match (tenant, other_tenant) {
                        (None, None) => true,
                        (Some(one), Some(two)) => one.name.path() == two.name.path() && one.is(two),
                        _ => false,
                    }
            }
            (Self::Own(one), Self::Own(two)) => one.is(two),
            (Self::Policy { policy, on }, Self::Policy { policy: other, on: other_on }) => {
                policy.path() == other.path()
                    && on.path() == other_on.path()
                    && self == &Self::Policy { policy: other.clone(), on: other_on.clone() }
            }
            (Self::Waived { requirement, reason }, Self::Waived { requirement: two, reason: other }) => {
                reason == other && requirement.is(two)
            }
            (Self::All(one), Self::All(two)) | (Self::Any(one), Self::Any(two)) => parts(one, two),
            (Self::Not(one), Self::Not(two)) => one.is(two),
            _ => self == other,
        }
    }

    /// Returns the order of a part among others: roles first, policies last.
    fn rank(&self) -> u8 {
        match self {
            Self::Held { right, .. } => match right.kind() {
                "role" => 0,
                "permission" => 1,
                _ => 2,
            },
            Self::Own(_) => 3,
            Self::Builtin(..) => 4,
            Self::Not(_) => 5,
            Self::All(_) => 6,
            Self::Any(_) => 7,
            Self::Policy { .. } => 8,
            Self::Waived { .. } => 9,
        }
    }

    fn written(&self) -> Written<'_> {
        let none = Cow::Borrowed("");
        match self {
            Self::Held { right, tenant } => {
                let tenant = tenant.as_ref().map_or(none, |tenant| tenant.name.text());
                (None, None, [right.kind().into(), right.name().into(), tenant])
            }
            Self::Builtin(builtin, value) => {
                (Some(*builtin), Some(value), [none.clone(), none.clone(), none])
            }
            Self::Own(own) => (None, None, [own.kind().into(), own.name().into(), none]),
            Self::Policy { policy, on } => (None, None, [policy.text(), on.text(), none]),
            Self::Waived { reason, .. } => (None, None, [Cow::Borrowed(reason), none.clone(), none]),
            Self::All(_) | Self::Any(_) | Self::Not(_) => (None, None, [none.clone(), none.clone(), none]),
        }
    }
}

impl Ord for Rule {
    fn cmp(&self, other: &Self) -> Ordering {
        let inner = |rule: &Self| match rule {
            Self::Waived { requirement, .. } => std::slice::from_ref(requirement).to_vec(),
            rule => rule.parts().to_vec(),
        };
        self.rank()
            .cmp(&other.rank())
            .then_with(|| self.written().cmp(&other.written()))
            .then_with(|| inner(self).cmp(&inner(other)))
    }
}

impl PartialOrd for Rule {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Rule {}

impl Ord for Part {
    fn cmp(&self, other: &Self) -> Ordering {
        self.get().cmp(other.get())
    }
}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for Part {}

impl PartialEq for InTenant {
    fn eq(&self, other: &Self) -> bool {
        self.name.text() == other.name.text()
    }
}

impl Eq for InTenant {}
