//! Keys made of the parameters of a path.

mod reader;

use std::fmt;

use axum::extract::RawPathParams;
use serde::de::{self, DeserializeOwned};

use crate::ConfigError;
use crate::right::TypeName;
use authgate_access::const_text::closest;
use reader::{Reader, Shape};

/// The name and the value of a path parameter.
type Parameter = (Box<str>, Box<str>);

/// The parameters of a path, from which keys are made in order.
#[derive(Debug, Default)]
pub struct PathParameters {
    parameters: Vec<Parameter>,
    /// The number of parameters that keys without names have taken.
    taken: usize,
    /// Whether a key without names was checked, so that each parameter must belong to a key.
    by_place: bool,
}

/// The reason why the parameters form no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoKey {
    /// The value identifies no resource.
    Unfit,
    /// The path and the type of the key do not match, whatever the values.
    Mismatch,
}

impl fmt::Display for NoKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid key")
    }
}

impl std::error::Error for NoKey {}

impl de::Error for NoKey {
    /// A type has rejected the value.
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Unfit
    }
}

impl PathParameters {
    /// Returns the parameters of a request.
    pub(crate) fn of(parameters: &RawPathParams) -> Self {
        Self::new(parameters.iter().map(|(name, value)| (name.into(), value.into())))
    }

    /// Returns the parameters of a route's path, without values.
    pub(crate) fn of_route(path: &str) -> Self {
        Self::new(names(path).map(|name| (name.into(), Box::default())))
    }

    fn new(parameters: impl Iterator<Item = Parameter>) -> Self {
        Self { parameters: parameters.collect(), ..Self::default() }
    }

    /// Returns the same parameters, of which no key has taken any.
    pub(crate) fn again(&self) -> Self {
        Self::new(self.parameters.iter().cloned())
    }

    /// Makes a key of the parameters with these names. Without names, makes it of the next
    /// parameters.
    ///
    /// # Errors
    ///
    /// Returns [`NoKey`] if the parameters form no key.
    pub fn take<K: DeserializeOwned>(&mut self, names: &[&str]) -> Result<K, NoKey> {
        let values = if names.is_empty() {
            self.parameters.iter().skip(self.taken).map(|(_, value)| &**value).collect()
        } else {
            let values = names.iter().map(|name| find(&self.parameters, name).ok_or(NoKey::Mismatch));
            values.collect::<Result<_, _>>()?
        };
        let mut reader = Reader::new(&self.parameters, values);
        let key = K::deserialize(&mut reader);
        let read = reader.read();
        if names.is_empty() {
            self.taken += read;
        }
        key
    }

    /// Checks that a path with these parameters has those that form the key of a resource.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if a parameter is missing, or the type cannot be a key.
    pub fn check<K: DeserializeOwned>(&mut self, names: &[&str], of: TypeName) -> Result<(), ConfigError> {
        match Reader::shape::<K>() {
            Shape::Fields(fields) => fields.iter().try_for_each(|field| self.check_name(field, of)),
            Shape::Places(count) if names.is_empty() => {
                self.by_place = true;
                self.taken += count;
                let (has, wants) = (self.parameters.len(), self.taken);
                if wants > has {
                    return Err(ConfigError::new(format!(
                        "the key of `{of}` has {count} path parameter(s), but the path has {has}, of which other keys \
                         use {}: add a parameter for each, such as \"/reports/{{id}}\"",
                        wants - count
                    )));
                }
                Ok(())
            }
            Shape::Places(count) if names.len() != count => Err(ConfigError::new(format!(
                "the key of `{of}` has {count} path parameter(s), but its `PARAMETERS` names {}: name each once, in \
                 the order of the key",
                names.len()
            ))),
            Shape::Places(_) => names.iter().try_for_each(|name| self.check_name(name, of)),
            Shape::Unsupported => Err(ConfigError::new(format!(
                "the key of `{of}` cannot be parsed from path parameters: expected a number, a string, a tuple of \
                 them, or a struct with a field for each parameter as `type Key`"
            ))),
        }
    }

    fn check_name(&self, name: &str, of: TypeName) -> Result<(), ConfigError> {
        match self.parameters.iter().filter(|(known, _)| **known == *name).count() {
            0 => {}
            1 => return Ok(()),
            _ => {
                return Err(ConfigError::new(format!(
                    "the key of `{of}` uses the path parameter {name:?}, which is in the path several times: rename \
                     one of them"
                )));
            }
        }
        let known: Vec<&str> = self.parameters.iter().map(|(name, _)| &**name).collect();
        let meant = closest(name, &known).and_then(|at| known.get(at));
        let meant = meant.map(|meant| format!(" (did you mean {meant:?}?)")).unwrap_or_default();
        Err(ConfigError::new(format!(
            "the key of `{of}` uses the path parameter {name:?}, which the path does not have{meant}; it has {known:?}"
        )))
    }

    /// Checks that keys without names have taken all parameters. If they have not, a key could be
    /// made of the wrong one.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if a parameter is left.
    pub(crate) fn check_all_are_taken(&self) -> Result<(), ConfigError> {
        let (has, taken) = (self.parameters.len(), self.taken);
        if !self.by_place || taken == has {
            return Ok(());
        }
        let names: Vec<&str> = self.parameters.iter().map(|(name, _)| &**name).collect();
        Err(ConfigError::new(format!(
            "the path has {has} parameters, {names:?}, but the key takes {taken} by position, which could be the wrong \
             ones: name them, such as `const PARAMETERS: &'static [&'static str] = &[\"id\"];`"
        )))
    }
}

fn find<'a>(parameters: &'a [Parameter], name: &str) -> Option<&'a str> {
    parameters.iter().find(|(known, _)| **known == *name).map(|(_, value)| &**value)
}

/// Returns the names of the parameters in a route's path: `/orgs/{id}/{*rest}` -> `id`, `rest`.
pub(crate) fn names(path: &str) -> impl Iterator<Item = &str> {
    let segments = path.split('/').filter(|segment| !segment.contains("{{"));
    segments.filter_map(|segment| {
        let (_, rest) = segment.split_once('{')?;
        let (name, _) = rest.split_once('}')?;
        Some(name.trim_start_matches('*'))
    })
}

#[cfg(test)]
mod tests;
