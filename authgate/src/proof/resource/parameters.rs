//! Keys from the parameters of a path.

mod probe;
mod read;

use axum::extract::RawPathParams;
use serde::de::DeserializeOwned;

use crate::ConfigError;
use crate::right::TypeName;
use authgate_access::const_text::closest;
use probe::Shape;
use read::Reader;

/// The parameters of a path, of which keys are made in order.
#[derive(Debug, Default)]
pub struct PathParameters {
    parameters: Vec<(Box<str>, Box<str>)>,
    /// How many have been taken by their place.
    taken: usize,
    /// Whether one key has been made by place, so that the places count.
    by_place: bool,
}

/// Why there is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoKey {
    /// What stands in the path names nothing.
    Unfit,
    /// The path and the key do not fit each other, whatever stands there.
    Mismatch,
}

impl PathParameters {
    /// Those of a request.
    pub(crate) fn of(parameters: &RawPathParams) -> Self {
        let parameters = parameters.iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { parameters, ..Self::default() }
    }

    /// Those of a route's path, without values.
    pub(crate) fn of_route(path: &str) -> Self {
        let parameters = names(path).map(|name| (name.into(), Box::default())).collect();
        Self { parameters, ..Self::default() }
    }

    /// The same, from the first one on.
    pub(crate) fn again(&self) -> Self {
        Self { parameters: self.parameters.clone(), ..Self::default() }
    }

    /// Makes a key of the parameters of these names, or of the next ones.
    ///
    /// # Errors
    ///
    /// They are none.
    pub fn take<K: DeserializeOwned>(&mut self, names: &[&str]) -> Result<K, NoKey> {
        let mut reader = if names.is_empty() {
            Reader::new(&self.parameters, self.parameters.iter().skip(self.taken).map(|(_, value)| &**value))
        } else {
            let values = names.iter().map(|name| self.get(name).ok_or(NoKey::Mismatch));
            let values: Vec<_> = values.collect::<Result<_, _>>()?;
            Reader::new(&self.parameters, values)
        };
        let key = K::deserialize(&mut reader);
        let read = reader.read();
        if names.is_empty() {
            self.taken += read;
        }
        key.map_err(|unfit| unfit.0)
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| **known == *name).map(|(_, value)| &**value)
    }

    /// Whether a path with these parameters has what makes such a key of a resource.
    ///
    /// # Errors
    ///
    /// It has not.
    pub fn check<K: DeserializeOwned>(&mut self, names: &[&str], of: TypeName) -> Result<(), ConfigError> {
        match probe::shape::<K>() {
            Shape::Fields(fields) => fields.iter().try_for_each(|field| self.check_name(field, of)),
            Shape::Places(count) if names.is_empty() => {
                self.by_place = true;
                self.taken += count;
                let (has, wants) = (self.parameters.len(), self.taken);
                if wants > has {
                    return Err(ConfigError::new(format!(
                        "the key of `{of}` is made of {count} path parameter(s), and the path has {has} in all, of which {} \
                         are taken already: write it with a parameter for each, such as \"/reports/{{id}}\"",
                        wants - count
                    )));
                }
                Ok(())
            }
            Shape::Places(count) if names.len() != count => Err(ConfigError::new(format!(
                "the key of `{of}` is made of {count} path parameter(s), and its `PARAMETERS` name {}: name each once, in \
                 the key's order",
                names.len()
            ))),
            Shape::Places(_) => names.iter().try_for_each(|name| self.check_name(name, of)),
            Shape::None => Err(ConfigError::new(format!(
                "the key of `{of}` cannot be made of path parameters: let `type Key` be a number, a string, a tuple of them, \
                 or a struct with a field for each parameter"
            ))),
        }
    }

    fn check_name(&self, name: &str, of: TypeName) -> Result<(), ConfigError> {
        match self.parameters.iter().filter(|(known, _)| **known == *name).count() {
            0 => {}
            1 => return Ok(()),
            _ => {
                return Err(ConfigError::new(format!(
                    "the key of `{of}` is made of the path parameter {name:?}, which the path has more than once: give each a \
                     name of its own"
                )));
            }
        }
        let known: Vec<&str> = self.parameters.iter().map(|(name, _)| &**name).collect();
        let meant = closest(name, &known).and_then(|at| known.get(at));
        let meant = meant.map(|meant| format!(" (did you mean {meant:?}?)")).unwrap_or_default();
        Err(ConfigError::new(format!(
            "the key of `{of}` is made of the path parameter {name:?}, which the path does not have{meant}; it has {known:?}"
        )))
    }

    /// Whether keys that are made by place have used what there is: else nobody could tell which are meant.
    ///
    /// # Errors
    ///
    /// They have not.
    pub(crate) fn check_all_are_taken(&self) -> Result<(), ConfigError> {
        let (has, taken) = (self.parameters.len(), self.taken);
        if !self.by_place || taken == has {
            return Ok(());
        }
        let names: Vec<&str> = self.parameters.iter().map(|(name, _)| &**name).collect();
        Err(ConfigError::new(format!(
            "the path has {has} parameters, {names:?}, and the key takes {taken} by place, so that it could be the wrong one: \
             name those that make it, such as `const PARAMETERS: &'static [&'static str] = &[\"id\"];`"
        )))
    }
}

/// The names of the parameters in a route's path, as axum writes them: `{id}`, `{*rest}`; `{{` is a brace.
fn names(path: &str) -> impl Iterator<Item = &str> {
    let segments = path.split('/').filter(|segment| !segment.contains("{{"));
    segments.filter_map(|segment| {
        let (_, rest) = segment.split_once('{')?;
        let (name, _) = rest.split_once('}')?;
        Some(name.trim_start_matches('*'))
    })
}

#[cfg(test)]
mod tests;
