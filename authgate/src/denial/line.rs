//! One scheme's challenge, and which of a gate's go out.

use crate::right::{Evaluated, Lack, Login, Reason};
use http::HeaderValue;

use super::{Challenge, Denial};

/// One scheme's challenge, in the forms that need no request to be known.
pub(super) struct Line {
    pub(super) challenge: Challenge,
    /// Whether callers log in by it.
    knows_login: bool,
    plain: HeaderValue,
    invalid_token: HeaderValue,
    invalid_request: HeaderValue,
    /// Of a scheme for which browsers ask the user for a password: the same under a name that they do not know.
    undisturbing: Option<HeaderValue>,
}

impl Line {
    pub(super) fn new(challenge: Challenge, knows_login: bool) -> Self {
        let with = |error| {
            if challenge.tells_errors() {
                challenge.clone().parameter("error", error)
            } else {
                challenge.clone()
            }
        };
        Self {
            plain: challenge.to_value(),
            invalid_token: with("invalid_token").to_value(),
            invalid_request: with("invalid_request").to_value(),
            undisturbing: opens_a_dialog(challenge.scheme()).then(|| challenge.to_undisturbing_value()),
            challenge,
            knows_login,
        }
    }

    pub(super) const fn opens_a_dialog(&self) -> bool {
        self.undisturbing.is_some()
    }

    /// Whether who is known may be asked to log in by a dialog.
    pub(super) const fn opens_a_dialog_to_log_in(&self) -> bool {
        self.opens_a_dialog() && self.knows_login
    }

    fn value(&self, error: Option<&str>) -> HeaderValue {
        match error {
            Some("invalid_token") => self.invalid_token.clone(),
            Some("invalid_request") => self.invalid_request.clone(),
            _ => self.plain.clone(),
        }
    }
}

fn opens_a_dialog(scheme: &str) -> bool {
    ["Basic", "Digest", "Negotiate", "NTLM"].iter().any(|name| name.eq_ignore_ascii_case(scheme))
}

/// Which challenges go out where the caller may try again with other credentials.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pick {
    /// Those that stand by themselves.
    Main,
    /// There is none of those: the ones that go out only alone.
    Alone,
    /// A script asks, and all that there is opens a dialog: under other names.
    Undisturbing,
}

impl Denial {
    /// The challenges that go out, one for each `WWW-Authenticate` line: on a 401 and a 400 those of every scheme that
    /// the route takes; on a 403 the one that names the missing scope; none on a 503 and on the way to the login page.
    ///
    /// A script in a page hears of no scheme for which the browser would ask the user for a password (`standards.md` row
    /// 99): where there is no other, the challenge has a name that no browser knows, such as `X-Basic`.
    pub fn challenges(&self) -> impl Iterator<Item = HeaderValue> + '_ {
        let mut values = Vec::new();
        self.each_challenge(|value| values.push(value));
        values.into_iter()
    }

    pub(super) fn each_challenge(&self, give: impl FnMut(HeaderValue)) {
        match self.reason {
            _ if self.login_page().is_some() => {}
            Reason::Missing | Reason::Ambiguous | Reason::Refused(_) | Reason::Lacking(Lack::Login) => {
                self.invite(give);
            }
            Reason::Lacking(Lack::Scope) => self.insufficient_scope().into_iter().for_each(give),
            Reason::Lacking(_)
            | Reason::NotFound
            | Reason::CrossSite
            | Reason::Undecided
            | Reason::Busy
            | Reason::Failed => {}
        }
    }

    /// The lines of the schemes that the route takes.
    fn taken(&self) -> impl Iterator<Item = (usize, &Line)> {
        let lines = self.prepared.lines.iter().enumerate();
        let by_login = self.reason == Reason::Lacking(Lack::Login);
        lines.filter(move |(_, line)| {
            self.taken.takes(line.challenge.scheme()) && (line.knows_login || !by_login)
        })
    }

    fn invite(&self, mut give: impl FnMut(HeaderValue)) {
        let pick = self.pick();
        for (index, line) in self.taken() {
            let picked = match pick {
                Pick::Main => self.is_main(line),
                Pick::Alone => line.challenge.is_only_alone(),
                Pick::Undisturbing => true,
            };
            if !picked {
                continue;
            }
            let error = match self.reason {
                // Told to the scheme that was tried (`standards.md` row 69) ..
                Reason::Refused(_) => self.reason.error().filter(|_| self.attempted == Some(index)),
                // .. or to each that could have been meant.
                reason => reason.error(),
            };
            let mut fresh = self.fresh(index).peekable();
            match &line.undisturbing {
                Some(undisturbing) if pick == Pick::Undisturbing => give(undisturbing.clone()),
                _ if self.reason == Reason::Lacking(Lack::Login) => give(self.step_up(line)),
                _ if fresh.peek().is_some() => fresh.cloned().for_each(&mut give),
                _ => give(line.value(error)),
            }
        }
    }

    /// RFC 9470 section 3: with the login that is needed, to every scheme that can say so, whichever the caller was known by:
    /// by the others nobody logs in.
    fn step_up(&self, line: &Line) -> HeaderValue {
        if !line.challenge.tells_errors() {
            return line.value(None);
        }
        let login = self.login_needed();
        let mut challenge =
            line.challenge.clone().parameter("error", self.reason.error().unwrap_or_default());
        if !login.acr_values.is_empty() {
            challenge = challenge.parameter("acr_values", &login.acr_values.join(" "));
        }
        if let Some(seconds) = login.max_age {
            challenge = challenge.parameter("max_age", &seconds.to_string());
        }
        challenge.to_value()
    }

    /// The login by which the caller would have the right.
    pub(crate) fn login_needed(&self) -> Login {
        self.evaluated().map(Evaluated::login).unwrap_or_default()
    }

    /// Whether the challenge stands by itself, and does not disturb the one who asks.
    fn is_main(&self, line: &Line) -> bool {
        let disturbs = self.client.is_script() && line.undisturbing.is_some();
        !disturbs && !line.challenge.is_only_alone()
    }

    fn pick(&self) -> Pick {
        if self.taken().any(|(_, line)| self.is_main(line)) {
            Pick::Main
        } else if self.taken().any(|(_, line)| line.challenge.is_only_alone()) {
            Pick::Alone
        } else {
            Pick::Undisturbing
        }
    }

    /// RFC 6750 section 3.1: with the scopes that the operation needs, all of them.
    fn insufficient_scope(&self) -> Option<HeaderValue> {
        let line = self.prepared.lines.get(self.attempted?)?;
        if !line.challenge.tells_errors() {
            return None;
        }
        let mut scopes = Vec::new();
        for scope in self.evaluated().iter().flat_map(|why| &why.scopes) {
            if !scopes.contains(scope) {
                scopes.push(*scope);
            }
        }
        let challenge = line.challenge.clone().parameter("error", self.reason.error().unwrap_or_default());
        Some(
            if scopes.is_empty() { challenge } else { challenge.parameter("scope", &scopes.join(" ")) }
                .to_value(),
        )
    }
}
