//! What a [`Bearer`](super::Bearer) still lacks, as types; named for how they read in the compiler's errors.

/// It says neither whose tokens it takes nor for whom they have to be.
#[derive(Debug)]
#[non_exhaustive]
pub enum WithoutIssuerAndAudience {}

/// It does not say whose tokens it takes.
#[derive(Debug)]
#[non_exhaustive]
pub enum WithoutIssuer {}

/// It does not say for whom tokens have to be.
#[derive(Debug)]
#[non_exhaustive]
pub enum WithoutAudience {}

/// It says all that it has to.
#[derive(Debug)]
#[non_exhaustive]
pub enum Complete {}

/// A state in which a [`Bearer`](super::Bearer) is a scheme.
#[diagnostic::on_unimplemented(
    message = "this `Bearer` is `{Self}`: it would take tokens that were not meant for this service",
    label = "`{Self}`",
    note = "say whose tokens it takes and for whom they have to be, before it goes into a gate: \
            `Bearer::jwt(keys).issuer(\"https://issuer.example\").audience(\"https://api.example\")`"
)]
pub trait Usable: sealed::Sealed {}
impl Usable for Complete {}

/// A state to which an issuer can be added.
#[diagnostic::on_unimplemented(
    message = "this `Bearer` names its issuer already",
    label = "a second issuer",
    note = "another issuer is trusted with keys of its own: `.trust(\"https://other.example\", keys)`"
)]
pub trait TakesIssuer: sealed::Sealed {
    /// The state after.
    type Then;
}

/// A state to which an audience can be added: each.
pub trait TakesAudience: sealed::Sealed {
    /// The state after.
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
