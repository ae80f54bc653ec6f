//! Stub.
use std::time::Duration;
use crate::{Context, Fault, ConfigError};
#[derive(Debug, Clone)] pub struct Keys; impl Keys { pub fn hs256(_: impl AsRef<[u8]>) -> Result<Self, KeyError> { Ok(Self) } pub fn jwks_file(_: impl AsRef<std::path::Path>) -> Result<Self, KeyError> { Ok(Self) } pub fn and(self, _: Self) -> Self { self } }
#[derive(Debug)] pub struct KeyError; impl std::fmt::Display for KeyError { fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { Ok(()) } } impl std::error::Error for KeyError {}
#[derive(Debug)] pub enum Algorithm {}
#[derive(Debug)] pub(crate) struct Issuer; impl Issuer { pub(crate) fn new(_: String, _: Keys) -> Self { Self } }
#[derive(Debug)] pub(crate) struct Verifier { pub(crate) leeway: Duration, pub(crate) require_at_jwt: bool, pub(crate) any_audience: bool, pub(crate) expiry_optional: bool, pub(crate) any_type: bool, a: Vec<String> }
impl Verifier {
 pub(crate) fn new(_: Keys) -> Self { Self { leeway: Duration::from_secs(30), require_at_jwt: false, any_audience: false, expiry_optional: false, any_type: false, a: vec![] } }
 pub(crate) fn name_issuer(&mut self, _: String) {} pub(crate) fn trust(&mut self, _: Issuer) {} pub(crate) fn add_audience(&mut self, a: String) { self.a.push(a) } pub(crate) fn audience(&self) -> Option<&str> { self.a.first().map(|s| s.as_str()) }
 pub(crate) fn check(&self) -> Result<(), ConfigError> { Ok(()) }
 pub(crate) fn verify<P: serde::de::DeserializeOwned>(&self, _: &[u8]) -> Result<(P, Context), Fault> { Err(Fault::Rejected) }
}
