//! The settings, from the environment.

use std::env::{self, VarError};

use authgate::oidc::CookieKey;

/// The settings. Each has a default that needs no other service.
#[derive(Clone)]
pub struct Settings {
    /// `AUTHGATE_ADDR`: the address to listen on.
    pub address: String,
    /// `DATABASE_URL`: `postgres://..` or `sqlite://..`. Otherwise, a new file in the temporary
    /// directory.
    pub database: Option<String>,
    /// `REDIS_URL`: `redis://..`, for the state that several processes share. Otherwise, the memory
    /// of this process.
    pub redis: Option<String>,
    /// `AUTHGATE_ISSUER`: an OpenID provider. Otherwise, one in this process, for the demo users.
    pub issuer: Option<(String, Client)>,
    /// `AUTHGATE_ORIGIN`: the origin that browsers use, such as `https://app.example`. Otherwise,
    /// the address.
    pub origin: Option<String>,
}

/// The client of this application at the provider.
#[derive(Clone)]
pub struct Client {
    /// `AUTHGATE_CLIENT`: `id:secret`, or `id` for a client without a secret.
    pub id: String,
    pub secret: Option<String>,
    /// `AUTHGATE_COOKIE_KEY`: a secret of at least 32 bytes, the same for all processes.
    pub cookie_key: Option<CookieKey>,
}

impl Settings {
    /// Reads the settings.
    ///
    /// # Errors
    ///
    /// Returns one line of text if a variable cannot be used.
    pub fn from_environment() -> Result<Self, String> {
        let redis = variable("REDIS_URL")?;
        let cookie_key = variable("AUTHGATE_COOKIE_KEY")?.map(CookieKey::new).transpose();
        let cookie_key = cookie_key.map_err(|error| format!("AUTHGATE_COOKIE_KEY: {error}"))?;
        let issuer = match (variable("AUTHGATE_ISSUER")?, variable("AUTHGATE_CLIENT")?) {
            // A login may start at one process and end at another one.
            (Some(_), Some(_)) if redis.is_some() && cookie_key.is_none() => {
                return Err("AUTHGATE_COOKIE_KEY is missing: AUTHGATE_ISSUER with REDIS_URL needs it".into());
            }
            (Some(issuer), Some(client)) => {
                let (id, secret) = match client.split_once(':') {
                    Some((id, secret)) => (id.to_owned(), Some(secret.to_owned())),
                    None => (client, None),
                };
                Some((issuer, Client { id, secret, cookie_key }))
            }
            (Some(_), None) => {
                return Err("AUTHGATE_ISSUER needs AUTHGATE_CLIENT: write ID:SECRET, or ID".into());
            }
            (None, Some(_)) => return Err("AUTHGATE_CLIENT needs AUTHGATE_ISSUER".into()),
            (None, None) => None,
        };
        Ok(Self {
            issuer,
            origin: variable("AUTHGATE_ORIGIN")?,
            address: variable("AUTHGATE_ADDR")?.unwrap_or_else(|| "127.0.0.1:3000".into()),
            database: variable("DATABASE_URL")?,
            redis,
        })
    }
}

fn variable(name: &str) -> Result<Option<String>, String> {
    match env::var(name) {
        Ok(value) if value.trim().is_empty() => Err(format!("{name} is empty: unset it, or give it a value")),
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(format!("{name} is not UTF-8")),
    }
}
