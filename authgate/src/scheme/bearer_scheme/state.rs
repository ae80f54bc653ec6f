//! Types for the settings that a [`Bearer`](super::Bearer) lacks. Their names appear in compiler
//! errors.

/// Neither the issuer nor the audience is set.
///
/// # Examples
///
/// ```
/// use authgate::scheme::bearer::WithoutIssuerAndAudience;
/// use authgate::scheme::{Bearer, Keys};
///
/// fn bearer(keys: Keys) -> Bearer<WithoutIssuerAndAudience> {
///     Bearer::jwt(keys)
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum WithoutIssuerAndAudience {}

/// The issuer is not set.
///
/// # Examples
///
/// ```
/// use authgate::scheme::bearer::WithoutIssuer;
/// use authgate::scheme::{Bearer, Keys};
///
/// fn bearer(keys: Keys) -> Bearer<WithoutIssuer> {
///     Bearer::jwt(keys).audience("https://api.example")
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum WithoutIssuer {}

/// The audience is not set.
///
/// # Examples
///
/// ```
/// use authgate::scheme::bearer::WithoutAudience;
/// use authgate::scheme::{Bearer, Keys};
///
/// fn bearer(keys: Keys) -> Bearer<WithoutAudience> {
///     Bearer::jwt(keys).issuer("https://issuer.example")
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum WithoutAudience {}

/// The issuer and the audience are set.
///
/// # Examples
///
/// ```
/// use authgate::scheme::bearer::Complete;
/// use authgate::scheme::{Bearer, Keys};
///
/// fn bearer(keys: Keys) -> Bearer<Complete> {
///     Bearer::jwt(keys).issuer("https://issuer.example").audience("https://api.example")
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Complete {}

/// The states in which a [`Bearer`](super::Bearer) implements [`Scheme`](crate::scheme::Scheme).
///
/// # Examples
///
/// ```
/// use authgate::scheme::Bearer;
/// use authgate::scheme::bearer::IsComplete;
///
/// fn with_realm<C: IsComplete>(bearer: Bearer<C>) -> Bearer<C> {
///     bearer.realm("api")
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "this `Bearer` is `{Self}`: it would accept tokens for other services",
    label = "`{Self}`",
    note = "set the issuer and the audience of its tokens before adding it to a gate: \
            `Bearer::jwt(keys).issuer(\"https://issuer.example\").audience(\"https://api.example\")`"
)]
pub trait IsComplete: sealed::Sealed {}
impl IsComplete for Complete {}

/// The states that allow setting the issuer.
///
/// # Examples
///
/// ```
/// use authgate::scheme::Bearer;
/// use authgate::scheme::bearer::TakesIssuer;
///
/// fn of_our_issuer<C: TakesIssuer>(bearer: Bearer<C>) -> Bearer<C::Then> {
///     bearer.issuer("https://issuer.example")
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "this `Bearer` already has an issuer",
    label = "a second issuer",
    note = "trust another issuer with its own keys: `.trust(\"https://other.example\", keys)`; add another name of the \
            same issuer: `.or_issuer(\"https://other.example\")`"
)]
pub trait TakesIssuer: sealed::Sealed {
    /// The state after the issuer is set.
    type Then;
}

/// The states that allow adding an audience: all of them.
///
/// # Examples
///
/// ```
/// use authgate::scheme::Bearer;
/// use authgate::scheme::bearer::TakesAudience;
///
/// fn for_our_api<C: TakesAudience>(bearer: Bearer<C>) -> Bearer<C::Then> {
///     bearer.audience("https://api.example")
/// }
/// ```
pub trait TakesAudience: sealed::Sealed {
    /// The state after the audience is added.
    type Then;
}

impl TakesIssuer for WithoutIssuerAndAudience {
    type Then = WithoutAudience;
}
impl TakesIssuer for WithoutIssuer {
    type Then = Complete;
}
impl TakesAudience for WithoutIssuerAndAudience {
    type Then = WithoutIssuer;
}
impl TakesAudience for WithoutAudience {
    type Then = Complete;
}
impl TakesAudience for WithoutIssuer {
    type Then = Self;
}
impl TakesAudience for Complete {
    type Then = Self;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::WithoutIssuerAndAudience {}
    impl Sealed for super::WithoutIssuer {}
    impl Sealed for super::WithoutAudience {}
    impl Sealed for super::Complete {}
}
