use crate::Rule;
use crate::rule::Ask;

/// The schemes of a gate that a route accepts: all, unless its right names some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AcceptedSchemes(Option<&'static Rule>);

impl AcceptedSchemes {
    /// All schemes of the gate.
    pub const ALL: Self = Self(None);

    /// Accepts the schemes that can satisfy the right.
    #[must_use]
    pub const fn by(right: &'static Rule) -> Self {
        if right.has(Ask::Scheme) { Self(Some(right)) } else { Self::ALL }
    }

    /// Returns `true` if the route accepts all schemes of the gate.
    #[must_use]
    pub const fn is_all(self) -> bool {
        self.0.is_none()
    }

    /// Returns `true` if the route accepts credentials of this scheme.
    #[must_use]
    pub fn accepts(self, scheme: &str) -> bool {
        self.0.is_none_or(|right| right.can_be_had_by(scheme))
    }
}
