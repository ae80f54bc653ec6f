use crate::right::{DenialMessage, ForbiddenReason};

/// The result of evaluating a [`Requirement`](super::Requirement) or a [`Policy`](crate::Policy)
/// for a caller.
///
/// # Examples
///
/// ```
/// use authgate::Decision;
///
/// fn owns(caller: &str, owner: Result<&str, std::io::Error>) -> Decision {
///     match owner {
///         Ok(owner) => Decision::allow_if(caller == owner),
///         Err(_) => Decision::Unavailable,
///     }
/// }
///
/// assert_eq!(owns("ada", Ok("ada")), Decision::Allow);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub enum Decision {
    /// The caller holds the right.
    Allow,
    /// The caller does not hold the right. The response tells the client what is missing.
    Deny(ForbiddenReason),
    /// The decision is indeterminate, because a system that it depends on did not respond.
    Unavailable,
}

impl Decision {
    /// Denies the right for the reason `policy_denied`.
    pub const fn deny() -> Self {
        Self::Deny(ForbiddenReason::Policy(&DenialMessage::DENIED))
    }

    /// Denies the right for the given reason.
    ///
    /// ```
    /// use authgate::Decision;
    /// use authgate::denial::DenialMessage;
    ///
    /// const SUSPENDED: DenialMessage =
    ///     DenialMessage::new("account_suspended", "Your account is suspended; write to support.");
    ///
    /// fn decide(suspended: bool) -> Decision {
    ///     if suspended { Decision::because(&SUSPENDED) } else { Decision::Allow }
    /// }
    /// ```
    pub const fn because(refusal: &'static DenialMessage) -> Self {
        Self::Deny(ForbiddenReason::Policy(refusal))
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
            (Self::Deny(lack), Self::Unavailable) | (Self::Unavailable, Self::Deny(lack)) => Self::Deny(lack),
            (Self::Unavailable, Self::Unavailable) => Self::Unavailable,
        }
    }

    /// Combines two decisions of which one must allow.
    ///
    /// A denial combined with an indeterminate decision is indeterminate. If both deny, the reason
    /// with the lower weight is kept, because it is the easiest for the caller to resolve.
    pub const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Allow, _) | (_, Self::Allow) => Self::Allow,
            (Self::Unavailable, _) | (_, Self::Unavailable) => Self::Unavailable,
            (Self::Deny(one), Self::Deny(two)) => Self::Deny(one.lighter(two)),
        }
    }

    /// Negates the decision: the right must not be held. An indeterminate decision stays
    /// indeterminate.
    pub const fn negate(self) -> Self {
        match self {
            Self::Allow => Self::Deny(ForbiddenReason::Excluded),
            Self::Deny(_) => Self::Allow,
            Self::Unavailable => Self::Unavailable,
        }
    }
}
