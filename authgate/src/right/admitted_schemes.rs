use crate::right::Expression;

/// Which of a gate's schemes a route takes: all, unless its right names some.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken(Option<&'static Expression>);

impl Taken {
    pub(crate) const ALL: Self = Self(None);

    /// Those by which the right can be had.
    pub(crate) const fn by(right: &'static Expression) -> Self {
        if right.names_a_scheme() { Self(Some(right)) } else { Self::ALL }
    }

    pub(crate) const fn is_all(self) -> bool {
        self.0.is_none()
    }

    /// Whether a credential of this scheme can do.
    pub(crate) fn takes(self, scheme: &str) -> bool {
        self.0.is_none_or(|right| right.can_be_had_by(scheme))
    }
}
