//! The principal and context of a verified token, before it is an identity.

use std::fmt;

use crate::right::{Context, Principal};
use crate::scheme::Identity;

/// The principal and context of a verified token, or a reference to a cached pair.
pub(super) trait Who<P>: Send + Sync {
    fn context(&self) -> &Context;

    fn into_identity(self) -> Identity<P>;
}

impl<P: Send + Sync> Who<P> for (P, Context) {
    fn context(&self) -> &Context {
        &self.1
    }

    fn into_identity(self) -> Identity<P> {
        Identity::new(self.0, self.1)
    }
}

/// Returns `true` if the id of the principal is not empty. A token with the `sub` `""` identifies
/// no caller.
pub(super) fn has_a_name<P: Principal>(principal: &P) -> bool {
    struct Written(bool);
    impl fmt::Write for Written {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 |= !text.is_empty();
            Ok(())
        }
    }
    let mut written = Written(false);
    fmt::write(&mut written, format_args!("{}", principal.id())).is_ok() && written.0
}
