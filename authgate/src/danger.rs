//! Settings that are weaker than the defaults. Reviewers can search for the word `danger`.
//!
//! Each setting takes a reason, which is logged when the gate is built. A blank reason is a
//! [`ConfigError`](crate::ConfigError).
//!
//! ```
//! use authgate::danger::LoosenBearer as _;
//! use authgate::scheme::{Bearer, Keys};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let bearer = Bearer::jwt(Keys::hs256("a secret of at least 32 bytes, from a vault")?)
//!     .issuer("https://legacy.example")
//!     .any_audience("the legacy issuer sets none; it serves this service alone");
//! # Ok(()) }
//! ```

#[cfg(feature = "proxy")]
mod trusted_proxy;

#[cfg(feature = "proxy")]
pub use trusted_proxy::TrustedProxy;

use crate::gate::GateBuilder;
use crate::jws::{Audience, TokenType};
use crate::right::Principal;
use crate::scheme::Bearer;
#[cfg(feature = "digest")]
use crate::scheme::Digest;
use crate::scheme::bearer::TakesAudience;

/// Settings that weaken a [`Bearer`].
pub trait LoosenBearer: Sized + sealed::Sealed {
    /// The state after an audience is set.
    type WithAudience;

    /// Accepts tokens with any `aud`, or without one. This includes tokens intended for other
    /// services of the issuer.
    #[must_use]
    fn any_audience(self, reason: &'static str) -> Self::WithAudience;

    /// Accepts tokens without `exp`, which stay valid forever if they leak. An `exp` that is
    /// present is still checked.
    #[must_use]
    fn without_expiry(self, reason: &'static str) -> Self;

    /// Accepts tokens with any `typ`. This includes other kinds of tokens, such as ID tokens and
    /// logout tokens, if their claims match.
    #[must_use]
    fn any_type(self, reason: &'static str) -> Self;
}

impl<C: TakesAudience> LoosenBearer for Bearer<C> {
    type WithAudience = Bearer<C::Then>;

    fn any_audience(self, reason: &'static str) -> Bearer<C::Then> {
        self.loosen("any_audience", reason, |verifier| verifier.audience = Audience::Any).without_audience()
    }

    fn without_expiry(self, reason: &'static str) -> Self {
        self.loosen("without_expiry", reason, |verifier| verifier.expiry_optional = true)
    }

    fn any_type(self, reason: &'static str) -> Self {
        self.loosen("any_type", reason, |verifier| verifier.token_type = TokenType::Any)
    }
}

/// Settings that weaken a [`Gate`](crate::Gate).
///
/// ```
/// use authgate::danger::LoosenGate as _;
/// # fn example<P: authgate::Principal>(builder: authgate::gate::GateBuilder<P>) -> authgate::gate::GateBuilder<P> {
/// builder.tell_missing_rights("all callers are our own teams")
/// # }
/// ```
pub trait LoosenGate: Sized + sealed::Sealed {
    /// Reveals to an authenticated caller which rights are missing, and so how the application is
    /// protected.
    ///
    /// The problem document of a 403 has a member `missing`, such as `["role:admin"]`, with the
    /// missing parts of the right in the notation of the access table. It includes all
    /// alternatives. A 404 reveals nothing.
    #[must_use]
    fn tell_missing_rights(self, reason: &'static str) -> Self;
}

impl<P: Principal> LoosenGate for GateBuilder<P> {
    fn tell_missing_rights(self, reason: &'static str) -> Self {
        self.loosen_missing_rights(reason)
    }
}

/// Settings that weaken a [`Digest`].
#[cfg(feature = "digest")]
pub trait LoosenDigest: Sized + sealed::Sealed {
    /// Offers MD5 in addition to SHA-256, for clients that support nothing else.
    ///
    /// Users also need an H(A1) for MD5 ([`Ha1::md5`](crate::scheme::digest::Ha1::md5)), from which
    /// a password is easier to recover. An attacker who can modify a challenge can force every
    /// client to use MD5.
    #[must_use]
    fn with_md5(self, reason: &'static str) -> Self;
}

#[cfg(feature = "digest")]
impl<U> LoosenDigest for Digest<U> {
    fn with_md5(self, reason: &'static str) -> Self {
        self.loosen_to_md5(reason)
    }
}

/// Settings that weaken [`Sessions`](crate::session::Sessions).
#[cfg(feature = "session")]
pub trait LoosenSessions: Sized + sealed::Sealed {
    /// Sends the cookie without TLS, under its name without `__Host-`. An attacker who can read or
    /// modify the traffic can impersonate signed-in callers.
    ///
    /// Use it for development on a host that is not `localhost`. On `localhost`, browsers and curl
    /// accept secure cookies over plain HTTP.
    #[must_use]
    fn without_secure(self, reason: &'static str) -> Self;
}

#[cfg(feature = "session")]
impl LoosenSessions for crate::session::Sessions {
    fn without_secure(self, reason: &'static str) -> Self {
        self.loosen_secure(reason)
    }
}

mod sealed {
    pub trait Sealed {}
    impl<C> Sealed for super::Bearer<C> {}
    impl<P> Sealed for super::GateBuilder<P> {}
    #[cfg(feature = "digest")]
    impl<U> Sealed for super::Digest<U> {}
    #[cfg(feature = "session")]
    impl Sealed for crate::session::Sessions {}
}
