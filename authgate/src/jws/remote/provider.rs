//! An issuer that people sign in at (OpenID Connect): its endpoints, and the tokens that it signs
//! for a client.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::body::Bytes;
use http::{Request, Response, Uri};
use serde_json::{Map, Value};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::address::{self, PlainHttp};
use super::discovery;
use super::missing_key::missing_key;
use super::refresh::METADATA_AGE;
use super::{KeySet, NextStep};
use crate::error::{BackendError, ConfigError};
use crate::jws::claims::{Audience, Claims, NumericDate};
use crate::jws::compact::{Compact, decoded};
use crate::jws::header::Header;
use crate::jws::issuers::Issuer;
use crate::jws::verifier::{Leeway, Verifier};
use crate::jws::{Algorithm, IssuerKeys, RotatingKeys, TokenType, member};
use crate::log::OneLine;
use crate::right::CredentialError;

/// The time before the metadata is fetched again after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// The metadata of a provider that a client needs (RFC 8414 section 2, OpenID Connect Discovery 1.0
/// section 3).
#[derive(Clone, Debug)]
pub(crate) struct ProviderMetadata {
    pub(crate) authorization_endpoint: Uri,
    pub(crate) token_endpoint: Uri,
    pub(crate) end_session_endpoint: Option<Uri>,
    /// `true` if the client may send its secret in a Basic credential. This is the default.
    pub(crate) takes_basic: bool,
    /// `true` if the client may send its secret in the form.
    pub(crate) takes_post: bool,
    /// `true` if each authorization response names its issuer (RFC 9207 section 3).
    pub(crate) states_issuer: bool,
}

impl ProviderMetadata {
    /// Returns `None` if people cannot sign in at this issuer.
    pub(super) fn read(members: &Map<String, Value>, plain: PlainHttp) -> Option<Self> {
        let endpoint = |name: &str| address::parse_stated(members.get(name)?.as_str()?, plain).ok();
        let methods = members.get("token_endpoint_auth_methods_supported").and_then(Value::as_array);
        let takes = |method: &str| methods.is_some_and(|methods| methods.iter().any(|one| one == method));
        Some(Self {
            authorization_endpoint: endpoint("authorization_endpoint")?,
            token_endpoint: endpoint("token_endpoint")?,
            end_session_endpoint: endpoint("end_session_endpoint"),
            takes_basic: methods.is_none() || takes("client_secret_basic"),
            takes_post: takes("client_secret_post"),
            states_issuer: members.get("authorization_response_iss_parameter_supported")
                == Some(&Value::Bool(true)),
        })
    }
}

/// The claims of a token with a verified signature, issuer and lifetime.
pub(crate) struct SignedClaims {
    pub(crate) algorithm: Algorithm,
    pub(crate) claims: Map<String, Value>,
}

/// Why a token was not verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotVerified {
    /// The token is invalid. The text names the check for the operator.
    Invalid(CredentialError, &'static str),
    /// The provider has no usable keys at the moment.
    Unavailable,
}

/// An issuer that people sign in at.
pub(crate) struct Provider {
    issuer: Issuer,
    keys: RotatingKeys,
    set: Arc<KeySet>,
    leeway: Leeway,
    /// Locked while the metadata is fetched.
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    metadata: Option<(Instant, Arc<ProviderMetadata>)>,
    failed_at: Option<Instant>,
}

impl Provider {
    /// Checks the settings of the issuer and starts to fetch its keys.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if people can never sign in at it.
    pub(crate) fn start(issuer: Issuer, leeway: Leeway) -> Result<Self, ConfigError> {
        let wrong = |what: &str| ConfigError::new(format!("the provider {:?} {what}", issuer.name()));
        if issuer.name().is_empty() || issuer.identifier().is_none() {
            return Err(wrong(
                "is not one issuer: write its name, `Issuer::discover(\"https://id.example\")`",
            ));
        }
        issuer.check_keys().map_err(|error| wrong(&format!("cannot be used: {error}")))?;
        issuer.start()?;
        let (IssuerKeys::Rotating(keys), Some(set)) = (&issuer.keys, issuer.key_set()) else {
            return Err(wrong("has no metadata: write `Issuer::discover(\"https://id.example\")`"));
        };
        issuer.weaker().iter().try_for_each(|weaker| weaker.check())?;
        issuer.weaker().iter().for_each(|weaker| weaker.log());
        let (keys, set) = (keys.clone(), Arc::clone(set));
        Ok(Self { issuer, keys, set, leeway, known: Mutex::default() })
    }

    /// Returns the `iss` of the provider's tokens.
    pub(crate) fn name(&self) -> &str {
        self.issuer.name()
    }

    /// Returns all names that the `iss` of a token may have.
    pub(crate) fn names(&self) -> &[Arc<str>] {
        self.issuer.names()
    }

    /// Returns `true` if this is a name of the provider.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.issuer.named(name).is_some()
    }

    /// Returns the metadata, and fetches it if needed. Old metadata is used while the provider is
    /// down.
    pub(crate) async fn metadata(&self) -> Result<Arc<ProviderMetadata>, BackendError> {
        let mut known = self.known.lock().await;
        let old = known.metadata.as_ref().map(|(at, metadata)| (at.elapsed(), Arc::clone(metadata)));
        if let Some((_, metadata)) = old.as_ref().filter(|(age, _)| *age < METADATA_AGE) {
            return Ok(Arc::clone(metadata));
        }
        let is_paused = known.failed_at.is_some_and(|at| at.elapsed() < PAUSE);
        let found = if is_paused {
            Err(BackendError::new("the metadata could not be fetched"))
        } else {
            discovery::metadata(&self.set.settings).await.and_then(|metadata| {
                metadata.provider.ok_or_else(|| {
                    BackendError::new(
                        "the metadata has no usable `authorization_endpoint` and `token_endpoint`",
                    )
                })
            })
        };
        match (found, old) {
            (Ok(metadata), _) => {
                let metadata = Arc::new(metadata);
                *known = Known { metadata: Some((Instant::now(), Arc::clone(&metadata))), failed_at: None };
                Ok(metadata)
            }
            (Err(error), old) => {
                if !is_paused {
                    known.failed_at = Some(Instant::now());
                    tracing::error!(target: "authgate::oauth", issuer = %OneLine(&self.name()), error = %OneLine(&error), "the metadata of a provider cannot be fetched");
                }
                old.map(|(_, metadata)| metadata).ok_or(error)
            }
        }
    }

    /// Sends a request to the provider. Every complete answer is `Ok`, whatever its status.
    pub(crate) async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, BackendError> {
        discovery::send_any(self.set.settings.fetch()?, request).await
    }

    /// Verifies the signature, the issuer and the lifetime of a token. Waits for the keys of the
    /// provider if needed.
    pub(crate) async fn verify(&self, token: &[u8], kind: TokenType) -> Result<SignedClaims, NotVerified> {
        let compact = Compact::split(token).and_then(|compact| compact.check().map(|()| compact));
        let compact = compact.map_err(|fault| NotVerified::Invalid(fault, "form"))?;
        let read = |json: &[u8]| Header::read(json).map(|header| (header.algorithm, kind.takes(&header)));
        let header = decoded(compact.header, read);
        let (algorithm, is_of_kind) = header.map_err(|fault| NotVerified::Invalid(fault, "header"))?;
        if !is_of_kind {
            return Err(NotVerified::Invalid(CredentialError::Rejected, "typ"));
        }
        let mut verifier = Verifier::new([], Audience::Any);
        (verifier.token_type, verifier.leeway) = (kind, self.leeway);
        if let Err(fault) = verifier.check_signature(&compact, &self.issuer) {
            self.wait_for_key(&compact, fault).await?;
            let again = verifier.check_signature(&compact, &self.issuer);
            again.map_err(|fault| NotVerified::Invalid(fault, "signature"))?;
        }
        let may_lack_expiry = kind == TokenType::LogoutToken;
        let claims = decoded(compact.payload, |payload| {
            // Rejects duplicate names, which the map below would hide.
            let registered = Claims::read(payload, &Audience::Any)?;
            let now = NumericDate::at(SystemTime::now());
            verifier.check_claims(&registered, &self.issuer, &Audience::Any, now, may_lack_expiry)?;
            member::read(payload, |json| serde::Deserialize::deserialize(json))
        });
        let claims =
            claims.map_err(|fault| NotVerified::Invalid(fault, "iss, exp, nbf or form of the claims"))?;
        Ok(SignedClaims { algorithm, claims })
    }

    /// Waits for the key that is missing to verify a token, within the limits on fetches that
    /// tokens can cause.
    async fn wait_for_key(&self, compact: &Compact<'_>, fault: CredentialError) -> Result<(), NotVerified> {
        let missing = decoded(compact.header, |json| Ok(missing_key(&self.keys.now(), &Header::read(json)?)));
        match missing.ok().map(|missing| self.set.next_step(missing)) {
            Some(NextStep::Wait(fetched)) => {
                if fetched.await {
                    Ok(())
                } else {
                    Err(NotVerified::Unavailable)
                }
            }
            Some(NextStep::Unavailable) => Err(NotVerified::Unavailable),
            Some(NextStep::Reject) | None => Err(NotVerified::Invalid(fault, "signature")),
        }
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}
