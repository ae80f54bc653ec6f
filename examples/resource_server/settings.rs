//! The settings from the environment.

use std::env::{self, VarError};
use std::net::SocketAddr;
use std::path::PathBuf;

use authgate::ConfigError;
use authgate::oauth::{Introspection, NonceKey};
use authgate::scheme::Issuer;
use aws_lc_rs::{digest, rand};

#[derive(Default)]
pub struct Settings {
    pub address: String,
    pub issuer: Option<String>,
    pub resource: Option<String>,
    /// The client as which the service introspects opaque tokens, and its secret.
    pub introspection: Option<(String, String)>,
    pub replay: Option<PathBuf>,
    pub nonce_secret: Option<String>,
}

fn variable(name: &str) -> Result<Option<String>, String> {
    match env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(format!("{name} is not UTF-8")),
    }
}

/// The error does not contain the secret.
fn client_and_secret(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once(':').filter(|(client, secret)| !client.is_empty() && !secret.is_empty());
    let (client, secret) = parts.ok_or("AUTHGATE_INTROSPECTION is not of the form client:secret")?;
    Ok((client.into(), secret.into()))
}

impl Settings {
    pub fn from_environment() -> Result<Self, String> {
        let introspection = match variable("AUTHGATE_INTROSPECTION")? {
            Some(client) => Some(client_and_secret(&client)?),
            None => None,
        };
        let issuer = variable("AUTHGATE_ISSUER")?;
        if issuer.is_none() && introspection.is_some() {
            return Err(
                "AUTHGATE_INTROSPECTION needs AUTHGATE_ISSUER: the issuer in this process has no opaque \
                        tokens"
                    .into(),
            );
        }
        Ok(Self {
            address: variable("AUTHGATE_ADDR")?.unwrap_or_else(|| "127.0.0.1:3000".into()),
            issuer,
            resource: variable("AUTHGATE_RESOURCE")?,
            introspection,
            replay: env::var_os("AUTHGATE_REPLAY").map(PathBuf::from),
            nonce_secret: variable("AUTHGATE_NONCE_KEY")?,
        })
    }

    /// Returns the issuer with its settings.
    pub fn trusted(&self, name: &str) -> Issuer {
        let issuer = Issuer::discover(name);
        match &self.introspection {
            Some((client, secret)) => issuer.introspection(Introspection::discover().client(client, secret)),
            None => issuer,
        }
    }

    /// Returns the URL of `/mcp` for clients, if the service listens on `bound`.
    pub fn resource(&self, bound: SocketAddr) -> String {
        match &self.resource {
            Some(url) => url.clone(),
            None if self.address.ends_with(":0") => format!("http://{bound}/mcp"),
            None => format!("http://{}/mcp", self.address),
        }
    }

    /// Derives the key of the nonces from the secret.
    pub fn nonce_key(&self) -> Result<NonceKey, ConfigError> {
        let mut secret = [0; 32];
        match self.nonce_secret.as_deref() {
            Some("") => return Err(ConfigError::new("AUTHGATE_NONCE_KEY is empty")),
            Some(text) => secret.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref()),
            None => {
                let random = rand::fill(&mut secret);
                random.map_err(|_| ConfigError::new("there are no random numbers"))?;
            }
        }
        NonceKey::new(secret)
    }
}
