//! What a sign-in is made for.

use serde_json::{Map, Value};

use super::Sessions;
use crate::right::Principal;

/// What a sign-in is made for: the scheme, realm, principal type and cookie of one gate. A record of
/// another binding does not exist for that gate.
///
/// The principal type is named by [`Principal::NAME`]: its module path would sign everybody out when
/// code moves.
#[derive(Clone, Copy, Debug)]
pub struct Binding<'a> {
    pub(crate) sessions: &'a Sessions,
    scheme: &'static str,
    realm: &'a str,
    principal: &'static str,
}

impl<'a> Binding<'a> {
    pub(crate) const fn new<P: Principal>(
        sessions: &'a Sessions,
        scheme: &'static str,
        realm: &'a str,
    ) -> Self {
        Self { sessions, scheme, realm, principal: P::NAME }
    }

    /// The parts, by their names in a record.
    pub(super) fn parts(&self) -> [(&'static str, &str); 4] {
        [
            ("scheme", self.scheme),
            ("realm", self.realm),
            ("principal", self.principal),
            ("cookie", self.sessions.config.cookie()),
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
