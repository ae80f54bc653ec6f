//! Whether a gate can verify tokens.

use super::Gate;
use crate::oauth::IssuerHealth;
use crate::right::Principal;

impl<P: Principal> Gate<P> {
    /// Returns whether the tokens of each issuer can be checked, such as for a readiness probe.
    ///
    /// # Examples
    ///
    /// ```
    /// use authgate::{Gate, public};
    /// use axum::extract::State;
    /// use axum::http::StatusCode;
    ///
    /// #[derive(authgate::Principal)]
    /// struct User {
    ///     #[principal(id)]
    ///     sub: String,
    /// }
    ///
    /// /// 503 until the tokens of all issuers can be checked.
    /// #[public(reason = "readiness probe")]
    /// async fn ready(State(gate): State<Gate<User>>) -> StatusCode {
    ///     let is_ready = gate.health().iter().all(|issuer| issuer.is_ready());
    ///     if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
    /// }
    /// ```
    #[must_use]
    pub fn health(&self) -> Vec<IssuerHealth> {
        let verifiers = self.inner.schemes.iter().filter_map(|entry| entry.scheme.properties().verifier);
        let mut all: Vec<IssuerHealth> = Vec::new();
        for verifier in verifiers {
            for health in IssuerHealth::of_all(&verifier) {
                if all.iter().all(|known| known.issuer != health.issuer) {
                    all.push(health);
                }
            }
        }
        all
    }
}
