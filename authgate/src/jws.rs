//! JSON Web Tokens in the compact form: verification keys and the token verifier.
//!
//! A token passes these stages in order, and each stage can only reject it:
//!
//! 1. `compact` splits the token into its three segments.
//! 2. `header` parses the JOSE header.
//! 3. `keys` selects the keys that match both the header and the configuration.
//! 4. `key` verifies the signature.
//! 5. `claims` parses the registered claims.
//! 6. `verifier` runs these stages, checks the claims and deserializes the principal.
//!
//! The rules are from RFC 7515, 7517, 7518, 7519, 8725 and 9068.

mod algorithm;
mod claims;
mod compact;
mod explain;
mod header;
mod issuer_keys;
pub(crate) mod issuers;
mod key;
mod key_error;
mod keys;
mod member;
mod no_secret;
// Every feature that provides public keys enables `dalek`.
#[cfg(feature = "dalek")]
mod public;
#[cfg(not(feature = "dalek"))]
#[path = "jws/no_public.rs"]
mod public;
#[cfg(feature = "oauth")]
mod remote;
#[cfg(feature = "rotation")]
mod rotating;
#[cfg(feature = "oauth")]
mod self_signed;
#[cfg(feature = "oauth")]
mod template;
#[cfg(feature = "oauth")]
mod thumbprint;
mod trusted;
mod verifier;

#[cfg(test)]
mod tests;

pub(crate) use self::{
    claims::Audience,
    header::TokenType,
    issuer_keys::IssuerKeys,
    verifier::{Leeway, Verifier},
};
#[cfg(feature = "oauth")]
pub(crate) use self::{
    claims::NumericDate,
    member::{Names, Text, once, read as read_json},
    self_signed::SelfSigned,
    thumbprint::Thumbprint,
    verifier::TokenBinding,
};
pub use algorithm::Algorithm;
pub use issuer_keys::IntoKeys;
pub use issuers::Issuer;
pub use key_error::KeyError;
pub use keys::Keys;
#[cfg(feature = "oauth")]
pub use remote::IssuerEvent;
#[cfg(feature = "oauth")]
pub(crate) use remote::NextStep;
#[cfg(feature = "oauth")]
pub(crate) use remote::address::{PlainHttp, parse as parse_address};
#[cfg(feature = "oauth")]
pub use remote::introspection::Introspection;
#[cfg(feature = "oidc")]
pub(crate) use remote::introspection::form_encoded;
#[cfg(feature = "oauth")]
pub(crate) use remote::introspection::{Introspected, Introspecting, Introspector, Lookup};
#[cfg(feature = "oidc")]
pub(crate) use remote::provider::{NotVerified, Provider, ProviderMetadata, SignedClaims};
#[cfg(feature = "rotation")]
pub(crate) use rotating::DisjointIssuers;
#[cfg(feature = "rotation")]
pub use rotating::RotatingKeys;
#[cfg(any(feature = "oauth", feature = "testing", test))]
pub(crate) use trusted::TrustedIssuers;
