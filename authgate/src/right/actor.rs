//! The party that acts for the caller (RFC 8693 section 4.1).

/// The party that acts for the caller: the `act` claim of a delegated token (RFC 8693 section 4.1).
/// Returned by [`Context::actor`](crate::Context::actor).
///
/// The principal is the subject of the token, for whom the actor sends the request. Earlier actors,
/// nested in the claim, are not read: RFC 8693 excludes them from access decisions.
///
/// # Examples
///
/// ```
/// use authgate::right::Actor;
/// use authgate::Authenticated;
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// async fn me(user: Authenticated<User>) -> String {
///     match user.context().actor().map(Actor::subject) {
///         None => format!("{}, directly", user.sub),
///         Some(Some(actor)) => format!("{actor} for {}", user.sub),
///         Some(None) => format!("an unknown actor for {}", user.sub),
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    subject: Option<Box<str>>,
    issuer: Option<Box<str>>,
}

impl Actor {
    /// Creates an actor with this subject. `None` means that the subject is unknown.
    #[must_use]
    pub fn new(subject: impl Into<Option<Box<str>>>) -> Self {
        Self { subject: subject.into(), issuer: None }
    }

    /// Sets the issuer of the subject.
    #[must_use]
    pub fn with_issuer(mut self, issuer: impl Into<Option<Box<str>>>) -> Self {
        self.issuer = issuer.into();
        self
    }

    /// Returns the subject of the actor (`sub` in the claim). `None` if the claim does not state
    /// it, or cannot be read. The token is still a delegated one.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// Returns the issuer of the actor's subject (`iss` in the claim), if the claim states it. The
    /// pair of issuer and subject identifies the actor.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }
}
