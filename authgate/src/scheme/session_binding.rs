use std::any::Any;
use std::fmt;

use crate::right::Principal;

/// What a sign-in is made for: the scheme, realm, principal type and cookie of one gate. A record of
/// another binding does not exist for that gate.
///
/// The principal type is named by [`Principal::NAME`]: its module path would sign everybody out when
/// code moves.
#[derive(Clone, Copy)]
pub struct Binding<'a> {
    /// The `Sessions` of the scheme.
    pub(crate) sessions: &'a (dyn Any + Send + Sync),
    cookie: &'a str,
    scheme: &'static str,
    realm: &'a str,
    principal: &'static str,
}

impl<'a> Binding<'a> {
    pub(crate) const fn new<P: Principal>(
        sessions: &'a (dyn Any + Send + Sync),
        cookie: &'a str,
        scheme: &'static str,
        realm: &'a str,
    ) -> Self {
        Self { sessions, cookie, scheme, realm, principal: P::NAME }
    }

    /// The parts, by their names in a record.
    pub(crate) fn parts(&self) -> [(&'static str, &str); 4] {
        [
            ("scheme", self.scheme),
            ("realm", self.realm),
            ("principal", self.principal),
            ("cookie", self.cookie),
        ]
    }
}

impl fmt::Debug for Binding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.parts()).finish()
    }
}
