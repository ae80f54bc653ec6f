//! The gate that a sign-in is bound to.

use std::fmt;

use serde_json::{Map, Value};

use super::{SessionScheme, Sessions};
use crate::right::{Principal, SchemeName as _};

/// The protection space of a session scheme: its sessions and its realm.
pub(crate) struct Space {
    pub(crate) sessions: Sessions,
    pub(crate) realm: String,
}

impl Space {
    /// Returns the binding of the sign-ins of a principal type.
    pub(crate) const fn binding<P: Principal>(&self) -> Binding<'_> {
        Binding { space: self, principal: P::NAME }
    }
}

/// The gate that a sign-in is bound to: its scheme, realm, principal type and cookie. A gate
/// ignores the records of other bindings.
///
/// [`Principal::NAME`] identifies the principal type. Its module path would sign all users out when
/// code moves.
#[derive(Clone, Copy)]
pub(crate) struct Binding<'a> {
    space: &'a Space,
    principal: &'static str,
}

impl Binding<'_> {
    /// Returns the parts with their names in a record.
    pub(super) fn parts(&self) -> [(&'static str, &str); 4] {
        [
            ("scheme", SessionScheme::<()>::NAME),
            ("realm", &self.space.realm),
            ("principal", self.principal),
            ("cookie", self.space.sessions.config.cookie()),
        ]
    }

    pub(super) fn write(&self, record: &mut Map<String, Value>) {
        record.extend(self.parts().map(|(name, part)| (name.to_owned(), Value::from(part))));
    }

    /// Returns `true` if the record was made for this binding.
    pub(super) fn is_of(&self, record: &Value) -> bool {
        self.parts().iter().all(|(name, part)| record.get(name).and_then(Value::as_str) == Some(part))
    }
}

impl fmt::Debug for Binding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.parts()).finish()
    }
}
