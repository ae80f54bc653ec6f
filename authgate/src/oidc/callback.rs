//! The answer of the provider to a login (OpenID Connect Core 1.0 section 3.1.2.5).

use std::sync::Arc;
use std::time::SystemTime;

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::header::{HeaderMap, HeaderValue, REFERRER_POLICY, SET_COOKIE};

use tokio::time::timeout;

use super::authorization::see_other;
use super::id_token::Unfit;
use super::login::{Login, NAME, Names};
use super::parameters::Parameters;
use super::token_request::NoTokens;
use super::transaction::{Cookies, Transaction};
use crate::denial::{Denial, DenialMessage};
use crate::error::BackendError;
use crate::jws::{NotVerified, ProviderMetadata, TokenType};
use crate::log::{Limit, OneLine, rejected};
use crate::proof::Unauthenticated;
use crate::right::{CredentialError, ForbiddenReason, Principal, Reason};
use crate::session::{FoundAccount, Sessions, StoredSignIn};

/// The maximum length of an ID token, in bytes. Each session keeps one.
const LONGEST_ID_TOKEN: usize = 16 * 1024;

static REFUSED: DenialMessage =
    DenialMessage::new("login_refused", "The login was refused. Sign in again, or use another account.");

/// Any browser can send an answer with an error.
static REJECTED: Limit = Limit::new();

/// Why a login failed.
enum Failure {
    /// The answer is not valid for this browser and this login. The text names the check.
    Invalid(CredentialError, &'static str),
    /// The login is older or weaker than required.
    Weak(&'static str),
    /// The user must interact with the provider, which was not allowed to ask.
    NeedsUser,
    /// The user or the provider refuses.
    Refused,
    /// The application does not accept the user.
    Forbidden(ForbiddenReason),
    /// A backend failed. The event is written.
    Unavailable,
    /// The session was not changed. The denial is logged.
    Denied(Denial),
}

impl From<Unfit> for Failure {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Invalid(fault, check) => Self::Invalid(fault, check),
            Unfit::Weak(check) => Self::Weak(check),
        }
    }
}

const fn invalid(check: &'static str) -> Failure {
    Failure::Invalid(CredentialError::Rejected, check)
}

/// Logs that a backend failed.
fn unavailable(what: &'static str) -> impl FnOnce(BackendError) -> Failure {
    move |error| {
        tracing::error!(target: "authgate::oidc", error = %OneLine(&error), "{what}");
        Failure::Unavailable
    }
}

impl Failure {
    fn into_denial<P: Principal>(self, caller: &Unauthenticated<P>) -> Denial {
        let reason = match self {
            Self::Invalid(fault, check) => {
                rejected(NAME, check);
                Reason::InvalidCredentials(fault)
            }
            Self::Weak(check) => {
                rejected(NAME, check);
                Reason::Forbidden(ForbiddenReason::Login)
            }
            Self::NeedsUser => Reason::NoCredentials,
            Self::Refused => Reason::Forbidden(ForbiddenReason::Policy(&REFUSED)),
            Self::Forbidden(reason) => Reason::Forbidden(reason),
            Self::Unavailable => Reason::Unavailable,
            Self::Denied(denial) => return denial,
        };
        caller.refuse(reason)
    }
}

impl<P: Principal> Login<P> {
    /// Signs the user in, or denies the request.
    pub(super) async fn callback(
        &self,
        sessions: &Sessions,
        cookies: Cookies,
        caller: &Unauthenticated<P>,
        request: Request,
    ) -> Response {
        let (parts, body) = request.into_parts();
        let parameters = if self.inner.is_form_post {
            Parameters::of_form(body).await
        } else {
            Parameters::parse(parts.uri.query().unwrap_or_default())
        };
        let parameters = parameters.filter(|parameters| !parameters.has_duplicates());
        let state = parameters.as_ref().and_then(|parameters| parameters.get("state"));
        let answered = async {
            let parameters = parameters.as_ref().ok_or((invalid("form of the answer"), Answered::Unknown))?;
            let state = state.ok_or((invalid("state"), Answered::Unknown))?;
            let (metadata, transaction) = self.open(&parts.headers, cookies, parameters, state).await?;
            let done = self.finish(sessions, caller, &metadata, &transaction, parameters).await;
            done.map_err(|failure| (failure, Answered::Ended))?;
            let home = &self.inner.paths.home;
            let location = HeaderValue::from_str(transaction.return_to.path_or(home));
            let mut response = see_other(location.unwrap_or(const { HeaderValue::from_static("/") }));
            if let Some(field) = cookies.stepped_up(&transaction.return_to).filter(|_| transaction.is_step_up)
            {
                response.headers_mut().append(SET_COOKIE, field);
            }
            Ok(response)
        };
        let (mut response, is_ended) = match answered.await {
            Ok(response) => (response, true),
            Err((failure, of)) => {
                let is_ended = matches!(of, Answered::Ended);
                (failure.into_denial(caller).into_response(), is_ended)
            }
        };
        let headers = response.headers_mut();
        if let Some(state) = state.filter(|state| is_ended && cookies.has(&parts.headers, state))
            && let Some(field) = cookies.removed(state)
        {
            headers.append(SET_COOKIE, field);
        }
        // The address contains the code.
        headers.insert(REFERRER_POLICY, const { HeaderValue::from_static("no-referrer") });
        response
    }

    /// Finds the login of this browser, and ends it, so that the answer counts once.
    async fn open(
        &self,
        headers: &HeaderMap,
        cookies: Cookies,
        parameters: &Parameters,
        state: &str,
    ) -> Result<(Arc<ProviderMetadata>, Transaction), (Failure, Answered)> {
        let inner = &*self.inner;
        let found = cookies.find(headers, state, &inner.key);
        let transaction = found.ok_or((invalid("login of this browser"), Answered::Ended))?;
        // Until here, nothing has changed. The browser may send the same answer again.
        let still_open = |failure| (failure, Answered::Open);
        let metadata = inner.provider.metadata().await;
        let metadata = metadata.map_err(unavailable("the provider of a login does not answer"));
        let metadata = metadata.map_err(still_open)?;
        let first = inner.first("state", state, transaction.end()).await;
        let first = first.map_err(unavailable("the store of used logins does not answer"));
        let ended = |failure| (failure, Answered::Ended);
        if !first.map_err(still_open)? {
            return Err(ended(invalid("repeated answer")));
        }
        // RFC 9207 section 2.4.
        match parameters.get("iss") {
            Some(issuer) if !inner.provider.is_named(issuer) => {
                Err(ended(Failure::Invalid(CredentialError::WrongIssuer, "iss of the answer")))
            }
            None if metadata.states_issuer => {
                Err(ended(Failure::Invalid(CredentialError::WrongIssuer, "missing iss of the answer")))
            }
            _ => Ok((metadata, transaction)),
        }
    }

    /// Exchanges the code of an answer, checks the ID token, and signs the user in.
    async fn finish(
        &self,
        sessions: &Sessions,
        caller: &Unauthenticated<P>,
        metadata: &ProviderMetadata,
        transaction: &Transaction,
        parameters: &Parameters,
    ) -> Result<(), Failure> {
        let inner = &*self.inner;
        if let Some(error) = parameters.get("error") {
            return Err(refusal(error));
        }
        let code = parameters.get("code").ok_or(invalid("code"))?;
        let tokens = inner.exchange(metadata, code, &transaction.verifier(&inner.key)).await;
        let tokens = tokens.map_err(|error| match error {
            NoTokens::InvalidCode => invalid("code"),
            NoTokens::Failed(error) => unavailable("the provider gives no tokens")(error),
        })?;
        if tokens.id_token.len() > LONGEST_ID_TOKEN {
            let error = format!("it has {} bytes, at most {LONGEST_ID_TOKEN}", tokens.id_token.len());
            return Err(unavailable("an ID token is too long for a session")(BackendError::new(error)));
        }
        let verified = inner.provider.verify(tokens.id_token.as_bytes(), TokenType::IdToken).await;
        let token = verified.map_err(|error| match error {
            NotVerified::Invalid(fault, check) => Failure::Invalid(fault, check),
            NotVerified::Unavailable => unavailable("an ID token cannot be verified")(BackendError::new(
                "the provider has no usable keys",
            )),
        })?;
        let now = SystemTime::now();
        let strength = inner.check_id_token(&token, tokens.access_token.as_deref(), transaction, now)?;
        let id = Names::of(&token.claims).ok_or(invalid("sub"))?.account_id();
        let signed_in = StoredSignIn { id: &id, id_token: Some(&tokens.id_token), at: now };
        let context = sessions.context_of(&strength, now);
        let found = timeout(caller.gate().timeout(), self.look_up(signed_in, context)).await;
        let found =
            found.unwrap_or_else(|_| Err(BackendError::new("no answer within the timeout of the gate")));
        let found = found.map_err(unavailable("a user who signs in cannot be looked up"))?;
        let (account, context) = match found {
            FoundAccount::Known(account, context) => (account, context),
            FoundAccount::Unknown => return Err(invalid("account")),
            FoundAccount::Forbidden(reason) => return Err(Failure::Forbidden(reason)),
        };
        let signed_in = sessions.sign_in_by_provider(caller, &account, &context, (signed_in, strength));
        signed_in.await.map_err(Failure::Denied)
    }
}

/// The login that an answer belongs to, after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answered {
    /// The answer names no login.
    Unknown,
    /// The browser may send the answer again.
    Open,
    /// The login has ended, and its cookie is removed.
    Ended,
}

/// Returns the failure for an error of the provider (OpenID Connect Core 1.0 section 3.1.2.6, RFC
/// 6749 section 4.1.2.1).
fn refusal(error: &str) -> Failure {
    let event = |error: &'static str| {
        if REJECTED.allows_one() {
            tracing::error!(target: "authgate::oidc", error, "the provider rejects the login of this client");
        }
        Failure::Unavailable
    };
    match error {
        "login_required" | "interaction_required" | "consent_required" | "account_selection_required" => {
            rejected(NAME, "interaction");
            Failure::NeedsUser
        }
        "unmet_authentication_requirements" => Failure::Weak("requirements"),
        "server_error" => event("server_error"),
        "temporarily_unavailable" => event("temporarily_unavailable"),
        "invalid_request" => event("invalid_request"),
        "unauthorized_client" => event("unauthorized_client"),
        "unsupported_response_type" => event("unsupported_response_type"),
        "invalid_scope" => event("invalid_scope"),
        _ => {
            rejected(NAME, "refused by the provider");
            Failure::Refused
        }
    }
}
