//! Ends a session here, and then at the provider (OpenID Connect RP-Initiated Logout 1.0).

use axum::response::{IntoResponse as _, Response};
use http::header::{HeaderValue, REFERRER_POLICY};

use super::authorization::{add_to_query, see_other};
use super::login::Login;
use crate::denial::Denial;
use crate::proof::Unauthenticated;
use crate::right::Principal;
use crate::session::Sessions;

/// The maximum length of an ID token in an address, in bytes. Servers limit the length of
/// addresses.
const LONGEST_HINT: usize = 4096;

impl<P: Principal> Login<P> {
    /// Signs the user out. The session here ends first, whatever the provider does.
    pub(super) async fn sign_out(&self, sessions: &Sessions, caller: &Unauthenticated<P>) -> Response {
        match self.ended(sessions, caller).await {
            Ok(id_token) => {
                let mut response = see_other(self.after_sign_out(id_token.as_deref()).await);
                let no_referrer = const { HeaderValue::from_static("no-referrer") };
                response.headers_mut().insert(REFERRER_POLICY, no_referrer);
                response
            }
            Err(denial) => denial.into_response(),
        }
    }

    /// Ends the session, and returns its ID token.
    async fn ended(
        &self,
        sessions: &Sessions,
        caller: &Unauthenticated<P>,
    ) -> Result<Option<String>, Denial> {
        let id_token = sessions.id_token_of(caller).await?;
        sessions.sign_out(caller).await?;
        Ok(id_token)
    }

    /// Returns the address at which the provider ends its session, or the page after a logout if
    /// the provider has no such address or is down.
    async fn after_sign_out(&self, id_token: Option<&str>) -> HeaderValue {
        let inner = &*self.inner;
        let home = || HeaderValue::from_str(&inner.paths.home).unwrap_or(HeaderValue::from_static("/"));
        // A failure is logged, and the user is signed out here.
        let Ok(metadata) = inner.provider.metadata().await else { return home() };
        let Some(endpoint) = &metadata.end_session_endpoint else { return home() };
        let mut location = endpoint.to_string();
        if let Some(token) = id_token.filter(|token| token.len() <= LONGEST_HINT) {
            add_to_query(&mut location, "id_token_hint", token);
        }
        add_to_query(&mut location, "client_id", &inner.client_id);
        let page = format!("{}{}", inner.origin, inner.paths.home);
        add_to_query(&mut location, "post_logout_redirect_uri", &page);
        HeaderValue::try_from(location).map_or_else(
            |_| home(),
            |mut location| {
                location.set_sensitive(true);
                location
            },
        )
    }
}
