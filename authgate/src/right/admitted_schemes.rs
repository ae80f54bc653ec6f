use crate::right::Expression;

/// The schemes of a gate that a route accepts: all, unless its right names some.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken(Option<&'static Expression>);

impl Taken {
    pub(crate) const ALL: Self = Self(None);

    /// Accepts the schemes that can satisfy the right.
    pub(crate) const fn by(right: &'static Expression) -> Self {
        if right.names_a_scheme() { Self(Some(right)) } else { Self::ALL }
    }

    pub(crate) const fn is_all(self) -> bool {
        self.0.is_none()
    }

    /// Returns `true` if the route accepts credentials of this scheme.
    pub(crate) fn takes(self, scheme: &str) -> bool {
        self.0.is_none_or(|right| right.can_be_had_by(scheme))
    }
}
