//! Everything that is weaker than the default. A reviewer greps one word.
//!
//! Each takes a reason, which is logged when the gate is built; a blank one is a [`ConfigError`](crate::ConfigError).
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

/// What a [`Bearer`] can be made to let pass.
pub trait LoosenBearer: Sized + sealed::Sealed {
    /// The state after an audience would have been named.
    type WithAudience;

    /// Takes tokens whatever their `aud`, or without one: tokens that were meant for any other service of the issuer
    /// get in here, too.
    #[must_use]
    fn any_audience(self, reason: &'static str) -> Self::WithAudience;

    /// Takes tokens without `exp`: one that leaks is good for ever. Where there is one, it counts.
    #[must_use]
    fn without_expiry(self, reason: &'static str) -> Self;

    /// Takes tokens whatever their `typ`: tokens of another kind, such as ID tokens or logout tokens, get in, too, if
    /// their claims fit.
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

/// What a [`Gate`](crate::Gate) can be made to let out.
///
/// ```
/// use authgate::danger::LoosenGate as _;
/// # fn example<P: authgate::Principal>(builder: authgate::gate::GateBuilder<P>) -> authgate::gate::GateBuilder<P> {
/// builder.tell_missing_rights("all callers are our own teams")
/// # }
/// ```
pub trait LoosenGate: Sized + sealed::Sealed {
    /// Tells a known caller which rights he lacks, so that he learns how the application is guarded: a 403 has the names that
    /// would be accepted in `X-Accepted-Roles`, `X-Accepted-Scopes` and `X-Accepted-Permissions`, and the problem document a
    /// member `missing`, such as `["role:admin"]`, with the parts of the right in the terms of the access table; of
    /// alternatives, all. Never a 404.
    #[must_use]
    fn tell_missing_rights(self, reason: &'static str) -> Self;
}

impl<P: Principal> LoosenGate for GateBuilder<P> {
    fn tell_missing_rights(self, reason: &'static str) -> Self {
        self.loosen_missing_rights(reason)
    }
}

/// What a [`Digest`] can be made to let pass.
#[cfg(feature = "digest")]
pub trait LoosenDigest: Sized + sealed::Sealed {
    /// Offers MD5 besides SHA-256, for clients that know no other. Users need an H(A1) for it, too
    /// ([`Ha1::md5`](crate::scheme::digest::Ha1::md5)), from which a password is found sooner than from one for
    /// SHA-256; and who can change a challenge on its way can make every client use it.
    #[must_use]
    fn with_md5(self, reason: &'static str) -> Self;
}

#[cfg(feature = "digest")]
impl<U> LoosenDigest for Digest<U> {
    fn with_md5(self, reason: &'static str) -> Self {
        self.loosen_to_md5(reason)
    }
}

/// What [`Sessions`](crate::session::Sessions) can be made to let pass.
#[cfg(feature = "session")]
pub trait LoosenSessions: Sized + sealed::Sealed {
    /// Lets the cookie go without TLS, under its name without `__Host-`: whoever reads the network, or writes on it, is
    /// whoever has signed in. For development on a host that is not called `localhost`; there, browsers and curl take
    /// secure cookies over plain HTTP, too.
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
