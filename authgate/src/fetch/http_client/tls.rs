//! The TLS configuration: which certificates are trusted, with which cryptography.

use std::sync::Arc;

use hyper_rustls::ConfigBuilderExt as _;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};

use crate::error::ConfigError;

pub(super) fn with_native_roots() -> Result<Arc<ClientConfig>, ConfigError> {
    let builder = builder()?.with_native_roots().map_err(|error| {
        ConfigError::new(format!(
            "loading the root certificates of the system failed: {error}; install the package \
             ca-certificates, set SSL_CERT_FILE, or use HttpClient::with_root_certificates"
        ))
    })?;
    Ok(Arc::new(builder.with_no_client_auth()))
}

pub(super) fn with_roots(pem: &[u8]) -> Result<Arc<ClientConfig>, ConfigError> {
    let mut roots = RootCertStore::empty();
    for (position, certificate) in (1..).zip(CertificateDer::pem_slice_iter(pem)) {
        let malformed = |error: &dyn std::fmt::Display| {
            ConfigError::new(format!("root certificate {position} is malformed: {error}; expected PEM"))
        };
        let certificate = certificate.map_err(|error| malformed(&error))?;
        roots.add(certificate).map_err(|error| malformed(&error))?;
    }
    if roots.is_empty() {
        let text = "root certificates are missing; expected PEM with a block BEGIN CERTIFICATE";
        return Err(ConfigError::new(text));
    }
    Ok(Arc::new(builder()?.with_root_certificates(roots).with_no_client_auth()))
}

/// Names the provider, because an application may have no default one, or one with other limits.
fn builder() -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, ConfigError> {
    ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| ConfigError::new(format!("configuring TLS failed: {error}")))
}
