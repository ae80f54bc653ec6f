//! What the operator is told of a denial: one event each, by whose target it can be told who has to look.

use std::fmt::{self, Display, Write};

use http::request::Parts;

use super::{Denial, Reason};
use crate::credentials::target;

impl Denial {
    /// Tells the operator, and hands the denial on: of which request, and of whom, as far as it is known. Never a
    /// credential.
    ///
    /// Targets: `authgate::authentication` for 400 and 401 (somebody fails to prove himself: look at clients, keys and
    /// attacks), `authgate::authorization` for 403 (somebody known asks for what he may not: look at rights), and
    /// `authgate::gate` for 503 (something that has to be asked does not answer: look at dependencies).
    pub(crate) fn told(self, request: Option<&Parts>, principal: Option<&dyn Display>) -> Self {
        let reason = self.reason;
        let status = self.status().as_u16();
        let line = self.attempted.and_then(|scheme| self.prepared.lines.get(scheme));
        let scheme = line.map(|line| line.challenge.scheme());
        let method = request.map(|request| request.method.as_str());
        // The path alone: a query may hold what a client should not have put there.
        let path = request.map(|request| target(request).path());
        let principal = principal.map(|principal| tracing::field::display(OneLine(principal)));
        let needs = self.right.map(tracing::field::display);
        match reason {
            Reason::Missing | Reason::Ambiguous | Reason::Refused(_) => {
                tracing::info!(target: "authgate::authentication", reason = reason.code(), status, scheme, method, path, "not authenticated");
            }
            Reason::Lacking(_) | Reason::CrossSite => {
                tracing::info!(target: "authgate::authorization", reason = reason.code(), status, scheme, method, path, principal, needs, "not authorized");
            }
            Reason::Undecided => {
                tracing::error!(target: "authgate::gate", reason = reason.code(), status, scheme, method, path, principal, needs, "undecided");
            }
        }
        self
    }
}

/// The most of a caller's name that goes into an event, in characters.
const LONGEST_NAME: usize = 256;

/// A name on one line: callers may have a say in what they are called, and must not be able to write log lines.
struct OneLine<'a>(&'a dyn Display);

impl Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        struct Escape<'a, 'b> {
            out: &'a mut fmt::Formatter<'b>,
            left: usize,
        }
        impl Write for Escape<'_, '_> {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                for character in text.chars().take(self.left) {
                    self.left -= 1;
                    write!(self.out, "{}", character.escape_debug())?;
                }
                Ok(())
            }
        }
        write!(Escape { out: f, left: LONGEST_NAME }, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_start_a_line() {
        assert_eq!(OneLine(&"a\nb\u{1b}[31m").to_string(), "a\\nb\\u{1b}[31m");
        assert_eq!(OneLine(&"x".repeat(1000)).to_string().len(), LONGEST_NAME);
    }
}
