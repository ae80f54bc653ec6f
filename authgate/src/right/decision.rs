use crate::right::{Lack, Refusal};

/// The result of evaluating a [`Requirement`](super::Requirement) or a [`Policy`](crate::Policy)
/// for a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub enum Decision {
    /// The caller holds the right.
    Allow,
    /// The caller does not hold the right. The response tells the client what is missing.
    Deny(Lack),
    /// The decision is indeterminate, because a system that it depends on did not respond.
    Undecided,
}

impl Decision {
    /// Denies the right for the reason `policy_denied`.
    pub const fn deny() -> Self {
        Self::Deny(Lack::Policy(&Refusal::DENIED))
    }

    /// Denies the right for the given reason.
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

    /// Returns [`Allow`](Self::Allow) if `so` is `true`, and [`deny`](Self::deny) otherwise.
    pub const fn allow_if(so: bool) -> Self {
        if so { Self::Allow } else { Self::deny() }
    }

    /// Returns `true` if the decision is [`Allow`](Self::Allow).
    #[must_use]
    pub const fn is_allowed(self) -> bool {
        matches!(self, Self::Allow)
    }

    /// Combines two decisions that must both allow.
    ///
    /// A denial takes precedence over an indeterminate decision. If both deny, the reason with the
    /// higher weight is kept. A missing scope is therefore reported only if nothing but scopes is
    /// missing. A step-up is requested only if another login is sufficient.
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Allow, decided) | (decided, Self::Allow) => decided,
            (Self::Deny(one), Self::Deny(two)) => Self::Deny(one.weightier(two)),
            (Self::Deny(lack), Self::Undecided) | (Self::Undecided, Self::Deny(lack)) => Self::Deny(lack),
            (Self::Undecided, Self::Undecided) => Self::Undecided,
        }
    }

    /// Combines two decisions of which one must allow.
    ///
    /// A denial combined with an indeterminate decision is indeterminate. If both deny, the reason
    /// with the lower weight is kept, because it is the easiest for the caller to resolve.
    pub const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Allow, _) | (_, Self::Allow) => Self::Allow,
            (Self::Undecided, _) | (_, Self::Undecided) => Self::Undecided,
            (Self::Deny(one), Self::Deny(two)) => Self::Deny(one.lighter(two)),
        }
    }

    /// Negates the decision: the right must not be held. An indeterminate decision stays
    /// indeterminate.
    pub const fn negate(self) -> Self {
        match self {
            Self::Allow => Self::Deny(Lack::Excluded),
            Self::Deny(_) => Self::Allow,
            Self::Undecided => Self::Undecided,
        }
    }
}
