//! The settings, from the environment.

use std::env::{self, VarError};

/// The settings. Each has a default that needs no other service.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `AUTHGATE_ADDR`: the address to listen on.
    pub address: String,
    /// `DATABASE_URL`: `postgres://..` or `sqlite://..`. Otherwise, a new file in the temporary
    /// directory.
    pub database: Option<String>,
    /// `REDIS_URL`: `redis://..`, for the state that several processes share. Otherwise, the memory
    /// of this process.
    pub redis: Option<String>,
}

impl Settings {
    /// Reads the settings.
    ///
    /// # Errors
    ///
    /// Returns one line of text if a variable cannot be used.
    pub fn from_environment() -> Result<Self, String> {
        Ok(Self {
            address: variable("AUTHGATE_ADDR")?.unwrap_or_else(|| "127.0.0.1:3000".into()),
            database: variable("DATABASE_URL")?,
            redis: variable("REDIS_URL")?,
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
