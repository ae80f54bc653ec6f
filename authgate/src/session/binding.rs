//! The gate that a sign-in is bound to.

use serde_json::{Map, Value};

use super::Sessions;
use crate::right::Principal;
use crate::scheme::Binding;

impl Sessions {
    pub(super) fn binding<'a, P: Principal>(&'a self, scheme: &'static str, realm: &'a str) -> Binding<'a> {
        Binding::new::<P>(self, self.config.cookie(), scheme, realm)
    }
}

impl Binding<'_> {
    /// Returns the sessions of the scheme that returned this binding.
    pub(super) fn sessions(&self) -> Option<&Sessions> {
        self.sessions.downcast_ref()
    }

    pub(super) fn write(&self, record: &mut Map<String, Value>) {
        record.extend(self.parts().map(|(name, part)| (name.to_owned(), Value::from(part))));
    }

    /// Returns `true` if the record was made for this binding.
    pub(super) fn is_of(&self, record: &Value) -> bool {
        self.parts().iter().all(|(name, part)| record.get(name).and_then(Value::as_str) == Some(part))
    }
}
