use crate::right::{Lack, Refusal};

/// What a [`Requirement`](super::Requirement) or a [`Policy`](crate::Policy) says of a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub enum Decision {
    /// The caller holds the right.
    Allow,
    /// The caller does not hold the right; what he lacks goes to the client.
    Deny(Lack),
    /// It could not be found out, because something that had to be asked did not answer.
    Undecided,
}

impl Decision {
    /// No, for the reason that the requirement or policy states of itself, and else `policy_denied`.
    pub const fn deny() -> Self {
        Self::Deny(Lack::Policy(&Refusal::DENIED))
    }

    /// No, for this very reason.
    ///
    /// ```
    /// use authgate::{Decision, Refusal};
    ///
    /// const SUSPENDED: Refusal = Refusal::new("account_suspended", "Your account is suspended; write to support.");
    ///
    /// fn decide(suspended: bool) -> Decision {
    ///     if suspended { Decision::because(&SUSPENDED) } else { Decision::Allow }
    /// }
    /// ```
    pub const fn because(refusal: &'static Refusal) -> Self {
        Self::Deny(Lack::Policy(refusal))
    }

    /// Yes if it is so, and else [`deny`](Self::deny).
    pub const fn allow_if(so: bool) -> Self {
        if so { Self::Allow } else { Self::deny() }
    }

    /// Whether it is yes.
    #[must_use]
    pub const fn is_allowed(self) -> bool {
        matches!(self, Self::Allow)
    }

    /// Both must hold. A certain "no" stands whatever the other says; of two, the weightier reason is told, so that a
    /// missing scope is named only where scopes alone are missing, and a login only where another login is all it takes.
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Allow, decided) | (decided, Self::Allow) => decided,
            (Self::Deny(one), Self::Deny(two)) => Self::Deny(one.weightier(two)),
            (Self::Deny(lack), Self::Undecided) | (Self::Undecided, Self::Deny(lack)) => Self::Deny(lack),
            (Self::Undecided, Self::Undecided) => Self::Undecided,
        }
    }

    /// One must hold. "No" from one and unsure from the other is unsure; of two reasons the lighter is told, since it is
    /// the one that the caller can do most about.
    pub const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Allow, _) | (_, Self::Allow) => Self::Allow,
            (Self::Undecided, _) | (_, Self::Undecided) => Self::Undecided,
            (Self::Deny(one), Self::Deny(two)) => Self::Deny(one.lighter(two)),
        }
    }

    /// It must not hold. Unsure stays unsure.
    pub const fn negate(self) -> Self {
        match self {
            Self::Allow => Self::Deny(Lack::Excluded),
            Self::Deny(_) => Self::Allow,
            Self::Undecided => Self::Undecided,
        }
    }
}
