//! The ways in which callers prove who they are: presented -> identity, or a fault, or undecided.

pub mod basic;
#[cfg(feature = "api-key")]
pub mod api_key;
pub mod bearer;
#[cfg(feature = "table")]
mod described;
#[cfg(feature = "digest")]
pub mod digest;
#[cfg(feature = "session")]
mod session_binding;

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use http::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName};

#[cfg(feature = "api-key")]
pub use api_key::ApiKey;
pub use basic::{Basic, Login, Users};
pub use bearer::Bearer;
#[cfg(feature = "table")]
pub use described::Described;
#[cfg(feature = "digest")]
pub use digest::Digest;
#[cfg(feature = "session")]
pub use session_binding::Binding;

use crate::ConfigError;
use crate::credentials::Presented;
use crate::denial::Challenge;
#[cfg(feature = "rotation")]
pub use crate::jws::RotatingKeys;
use crate::jws::Verifier;
pub use crate::jws::{Algorithm, KeyError, Keys};
pub use crate::right::scheme_name::Named;
use crate::right::{Context, Fault, Reason};

/// An authentication scheme: how a caller who claims to be somebody is believed, or not.
///
/// A panic in any method, in the future or in [`Identity::on_response`] is a denial: 500 `failed` with an event on
/// `authgate::gate`. No other scheme is asked.
///
/// It returns an [`Identity`], never a proof: only the [`Gate`](crate::Gate) mints proofs. Schemes are part of what an
/// application trusts, so an identity that it should not have returned is not caught by anything.
///
/// ```
/// use authgate::scheme::{Answer, Identity, Scheme, Verdict};
/// use authgate::{Challenge, Context, Fault, credentials::Presented};
/// # #[derive(authgate::Principal)]
/// # struct Visitor { #[principal(id)] name: String }
///
/// /// `Authorization: Ticket <number>`
/// struct Ticket;
///
/// impl Scheme<Visitor> for Ticket {
///     fn challenge(&self) -> Challenge {
///         Challenge::new("Ticket").realm("fair")
///     }
///
///     fn authenticate<'a>(&'a self, presented: Presented<'a>) -> Answer<'a, Visitor> {
///         match presented.authorization().credential_of("Ticket") {
///             Some(b"42") => Verdict::Identified(Identity::new(Visitor { name: "42".into() }, Context::of("Ticket"))).into(),
///             _ => Verdict::Refused(Fault::Rejected).into(),
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot tell a gate who a `{P}` is",
    label = "not a scheme for `{P}`",
    note = "a scheme is a `Bearer` or a type of yours that implements `authgate::scheme::Scheme<{P}>`"
)]
pub trait Scheme<P>: Send + Sync + 'static {
    /// What a client is told when it has to prove itself. Asked once, when the gate is built; the auth-scheme's name
    /// in it is the scheme's.
    fn challenge(&self) -> Challenge;

    /// Finds out who presents this. Called where [`is_presented`](Self::is_presented) says yes.
    ///
    /// An answer that is at hand costs no allocation; one that has to be waited for is boxed.
    fn authenticate<'a>(&'a self, presented: Presented<'a>) -> Answer<'a, P>;

    /// Whether [`authenticate`](Self::authenticate) never returns an [`Answer::Later`]: a request is then decided without room
    /// being made to wait in. By default `false`. Asked when the gate is built; an answer to be waited for in spite of it is
    /// taken for [`Verdict::Undecided`].
    fn never_waits(&self) -> bool {
        false
    }

    /// Whether the request has a credential of this scheme, good or bad: by default, an `Authorization` field with the
    /// auth-scheme `name`. May be asked more than once for a request, and says the same each time.
    fn is_presented(&self, name: &str, presented: &Presented<'_>) -> bool {
        presented.authorization().credential_of(name).is_some()
    }

    /// The request fields that decide the answer, for `Vary`.
    fn fields(&self) -> &[HeaderName] {
        const { &[AUTHORIZATION] }
    }

    /// Where clients put the credential, for documents that they read: by default, in the first of the [`fields`](Self::fields).
    /// A scheme that takes a cookie says its name here.
    #[cfg(feature = "table")]
    fn described(&self) -> Described {
        Described::of_fields(self.fields())
    }

    /// How the credential comes onto a request: by default, as a [`Cookie`](Attachment::Cookie) where that is among the
    /// [`fields`](Self::fields), and else [`Deliberate`](Attachment::Deliberate). Asked once, when the gate is built.
    ///
    /// A scheme that believes what a browser sends unasked has to say so here, since another site's page can make the
    /// browser send it: the gate then refuses unsafe requests that come across sites.
    fn attachment(&self) -> Attachment {
        if self.fields().contains(&COOKIE) { Attachment::Cookie } else { Attachment::Deliberate }
    }

    /// Whether its context may tell when and how the caller has logged in ([`Context::authenticated_at`]), so that who needs a
    /// more recent or a stronger login is asked for one by its challenge. Not so where the credential is remembered, or is a
    /// program's.
    fn knows_login(&self) -> bool {
        true
    }

    /// The challenges of one response, where they are different each time, as Digest's nonces are: they go out in the
    /// place of [`challenge`](Self::challenge), one line each, in this order. `fault` is what
    /// [`authenticate`](Self::authenticate) has just answered with, if this scheme was tried. By default none, and
    /// `challenge` goes out.
    fn fresh_challenges(&self, fault: Option<Fault>) -> Vec<Challenge> {
        let _ = fault;
        Vec::new()
    }

    /// Whether an [`Identity`] of this scheme may have something to say on the response.
    fn answers(&self) -> bool {
        false
    }

    /// What a sign-in for a caller of this scheme is bound to, for [`sign_in`](crate::Unauthenticated::sign_in). A scheme that
    /// wraps `session::SessionScheme` returns what that one does; for others the default, `None`, is right.
    #[cfg(feature = "session")]
    fn session_binding(&self) -> Option<Binding<'_>> {
        None
    }

    /// Returns what verifies the scheme's tokens, for a test that signs its own.
    #[doc(hidden)]
    fn __verifier(&self) -> Option<&Verifier> {
        None
    }

    /// Whether the scheme can work as it is configured. Asked once, when the gate is built. A scheme that is made of another
    /// asks that one.
    ///
    /// # Errors
    ///
    /// What is wrong, and what to write instead.
    fn check(&self) -> Result<(), ConfigError> {
        Ok(())
    }
}

/// A [`Verdict`], at hand or to be waited for.
#[expect(clippy::exhaustive_enums, reason = "an answer is here or it is not")]
pub enum Answer<'a, P> {
    /// At hand.
    Now(Verdict<P>),
    /// To be waited for.
    Later(Later<'a, P>),
}

/// A verdict to be waited for.
pub(crate) type Later<'a, P> = Pin<Box<dyn Future<Output = Verdict<P>> + Send + 'a>>;

impl<'a, P> Answer<'a, P> {
    /// An answer to be waited for.
    pub fn later(verdict: impl Future<Output = Verdict<P>> + Send + 'a) -> Self {
        Self::Later(Box::pin(verdict))
    }
}

impl<P> From<Verdict<P>> for Answer<'_, P> {
    fn from(verdict: Verdict<P>) -> Self {
        Self::Now(verdict)
    }
}

impl<P> fmt::Debug for Answer<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Now(verdict) => f.debug_tuple("Now").field(verdict).finish(),
            Self::Later(_) => f.write_str("Later"),
        }
    }
}

/// How the credential of a scheme comes onto a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Attachment {
    /// The client's own code puts it there, as it does a token or a key. No page of another site can.
    Deliberate,
    /// A browser remembers it and attaches it unasked, as it does for Basic and Digest.
    Remembered,
    /// A cookie. A browser attaches it to everything, so it speaks only where no other credential does.
    Cookie,
}

/// What a scheme makes of a credential.
#[non_exhaustive]
pub enum Verdict<P> {
    /// It is this caller.
    Identified(Identity<P>),
    /// The credential does not identify anybody.
    Refused(Fault),
    /// More than one credential of this scheme, so that nobody could tell which is meant: 400.
    Ambiguous,
    /// There is no credential after all: a session in which nobody has signed in.
    Absent,
    /// It could not be found out, because something that had to be asked did not answer: 503.
    Undecided,
    /// The scheme has more to do than it can: 503. Unlike `Undecided`, it is not an error of the gate, and the scheme itself logs
    /// that it refuses callers.
    Busy,
}

impl<P> Verdict<P> {
    /// Why nobody has been identified by it.
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::Refused(fault) => Reason::Refused(*fault),
            Self::Ambiguous => Reason::Ambiguous,
            Self::Absent => Reason::Missing,
            Self::Busy => Reason::Busy,
            Self::Undecided | Self::Identified(_) => Reason::Undecided,
        }
    }
}

impl<P> fmt::Debug for Verdict<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identified(_) => f.write_str("Identified"),
            Self::Refused(fault) => f.debug_tuple("Refused").field(fault).finish(),
            Self::Ambiguous => f.write_str("Ambiguous"),
            Self::Absent => f.write_str("Absent"),
            Self::Undecided => f.write_str("Undecided"),
            Self::Busy => f.write_str("Busy"),
        }
    }
}

pub(crate) type OnResponse = Box<dyn FnOnce(&mut HeaderMap) + Send>;

/// Who a caller is, as a scheme found out. It proves nothing yet.
pub struct Identity<P> {
    pub(crate) principal: P,
    pub(crate) context: Context,
    pub(crate) on_response: Option<OnResponse>,
}

impl<P> Identity<P> {
    /// The caller, and how and when he proved himself.
    #[must_use]
    pub const fn new(principal: P, context: Context) -> Self {
        Self { principal, context, on_response: None }
    }

    /// What is to be set on the response, such as `Authentication-Info` or a renewed cookie. A scheme that uses it says
    /// so in [`Scheme::answers`].
    #[must_use]
    pub fn on_response(mut self, set: impl FnOnce(&mut HeaderMap) + Send + 'static) -> Self {
        self.on_response = Some(Box::new(set));
        self
    }
}

impl<P> fmt::Debug for Identity<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("context", &self.context).finish_non_exhaustive()
    }
}
