//! Types for the protection that a [`Dpop`](crate::oauth::Dpop) has against replays. Their names
//! appear in compiler errors.

/// Neither a store of used proofs nor nonces are set.
///
/// # Examples
///
/// ```
/// use authgate::oauth::dpop::WithoutReplayOrNonces;
/// use authgate::oauth::{AccessTokens, Dpop};
///
/// fn scheme(tokens: &AccessTokens) -> Dpop<WithoutReplayOrNonces> {
///     Dpop::of(tokens).origin("https://api.example")
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum WithoutReplayOrNonces {}

/// A store of used proofs or nonces are set, or both.
///
/// # Examples
///
/// ```
/// use authgate::oauth::dpop::Protected;
/// use authgate::oauth::{AccessTokens, Dpop, InMemoryOnce};
///
/// fn scheme(tokens: &AccessTokens) -> Dpop<Protected> {
///     Dpop::of(tokens).origin("https://api.example").replay(InMemoryOnce::new())
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Protected {}

/// The states in which a [`Dpop`](crate::oauth::Dpop) implements
/// [`Scheme`](crate::scheme::Scheme).
///
/// # Examples
///
/// ```
/// use authgate::oauth::Dpop;
/// use authgate::oauth::dpop::IsProtected;
///
/// fn with_realm<C: IsProtected>(scheme: Dpop<C>) -> Dpop<C> {
///     scheme.realm("api")
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "this `Dpop` is `{Self}`: a recorded request could be sent again",
    label = "`{Self}`",
    note = "set a store of used proofs, nonces, or both before adding it to a gate: \
            `Dpop::of(&tokens).replay(InMemoryOnce::new()).nonces(NonceKey::new(secret)?)`"
)]
pub trait IsProtected: sealed::Sealed {}
impl IsProtected for Protected {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::WithoutReplayOrNonces {}
    impl Sealed for super::Protected {}
}
