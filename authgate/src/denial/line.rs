//! The challenge of a scheme, and the choice of the challenges to send.

#[cfg(feature = "oauth")]
use std::sync::Arc;

use crate::right::{CredentialError, Evaluated, ForbiddenReason, Login, Reason};
use http::HeaderValue;

#[cfg(feature = "oauth")]
use super::resource_metadata::ProtectedPaths;
use super::{Challenge, Denial};

/// The challenge of a scheme, and what decides how it is sent.
pub(crate) struct SchemeChallenge {
    pub(crate) challenge: Challenge,
    /// `true` if the scheme supports logins.
    pub(crate) knows_login: bool,
    #[cfg(feature = "oauth")]
    pub(crate) resources: Option<Arc<ProtectedPaths>>,
}

/// The challenge of a scheme, in the variants that do not depend on a request.
pub(super) struct Line {
    pub(super) challenge: Challenge,
    /// `true` if the scheme supports logins.
    knows_login: bool,
    plain: HeaderValue,
    invalid_token: HeaderValue,
    invalid_request: HeaderValue,
    /// The variant without a browser dialog, for schemes that open one.
    without_dialog: Option<HeaderValue>,
    /// The resources that the challenge names.
    #[cfg(feature = "oauth")]
    pub(super) resources: Option<Arc<ProtectedPaths>>,
}

impl Line {
    pub(super) fn new(of_scheme: SchemeChallenge) -> Self {
        let SchemeChallenge { challenge, knows_login, .. } = of_scheme;
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
            without_dialog: opens_a_dialog(challenge.scheme()).then(|| challenge.to_value_without_dialog()),
            challenge,
            knows_login,
            #[cfg(feature = "oauth")]
            resources: of_scheme.resources,
        }
    }

    pub(super) const fn opens_a_dialog(&self) -> bool {
        self.without_dialog.is_some()
    }

    /// Returns `true` if a request for another login may open a browser dialog.
    pub(super) const fn opens_a_dialog_to_log_in(&self) -> bool {
        self.opens_a_dialog() && self.knows_login
    }

    fn value(&self, error: Option<&str>) -> HeaderValue {
        match error {
            Some("invalid_token") => self.invalid_token.clone(),
            Some("invalid_request") => self.invalid_request.clone(),
            Some(error) if self.challenge.tells_errors() => {
                self.challenge.clone().parameter("error", error).to_value()
            }
            _ => self.plain.clone(),
        }
    }
}

fn opens_a_dialog(scheme: &str) -> bool {
    ["Basic", "Digest", "Negotiate", "NTLM"].iter().any(|name| name.eq_ignore_ascii_case(scheme))
}

/// Which challenges to send.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pick {
    /// All challenges except those that are sent only alone.
    Main,
    /// The challenges that are sent only alone, because there is no other.
    Alone,
    /// The variants without a browser dialog, because the client is a script and all challenges
    /// open one.
    Undisturbing,
}

impl Denial {
    /// Returns the challenges to send, one per `WWW-Authenticate` line.
    ///
    /// A 401 or 400 has those of all schemes that the route accepts. A 403 has at most one, which
    /// names the missing scope. A 429, a 503 and a redirect to the login page have no challenge.
    ///
    /// A script in a page must not make the browser ask for a password (Fetch,
    /// HTTP-network-or-cache fetch). It gets only schemes without a dialog. If there are none, it
    /// gets an auth-scheme that browsers do not know, such as `X-Basic`.
    pub fn challenges(&self) -> impl Iterator<Item = HeaderValue> + '_ {
        let mut values = Vec::new();
        self.each_challenge(|value| values.push(value));
        values.into_iter()
    }

    pub(super) fn each_challenge(&self, mut give: impl FnMut(HeaderValue)) {
        match self.reason {
            _ if self.login_page().is_some() => {}
            Reason::InvalidCredentials(CredentialError::TooManyAttempts { .. }) => {}
            Reason::NoCredentials
            | Reason::Ambiguous
            | Reason::InvalidCredentials(_)
            | Reason::Forbidden(ForbiddenReason::Login) => {
                let pick = self.pick();
                match self.other() {
                    None => self.authentication_challenges(pick, |_, value| give(value)),
                    Some(other) => self.joined_challenges(other, pick).into_iter().for_each(give),
                }
            }
            Reason::Forbidden(ForbiddenReason::Scope) => self.insufficient_scope().into_iter().for_each(give),
            _ => {}
        }
    }

    /// Returns the lines of the schemes that the route accepts.
    fn accepted_lines(&self) -> impl Iterator<Item = (usize, &Line)> {
        let lines = self.prepared.lines.iter().enumerate();
        let by_login = self.reason == Reason::Forbidden(ForbiddenReason::Login);
        lines.filter(move |(_, line)| {
            self.accepted.accepts(line.challenge.scheme()) && (line.knows_login || !by_login)
        })
    }

    pub(super) fn authentication_challenges(&self, pick: Pick, mut give: impl FnMut(&Line, HeaderValue)) {
        for (index, line) in self.accepted_lines() {
            let picked = match pick {
                Pick::Main => self.is_main(line),
                Pick::Alone => line.challenge.is_only_alone(),
                Pick::Undisturbing => true,
            };
            if !picked {
                continue;
            }
            let error = match self.reason {
                // Only the scheme that was tried states the error (RFC 9449 section 7.2).
                Reason::InvalidCredentials(_) => {
                    self.reason.error().filter(|_| self.attempted == Some(index))
                }
                // The error applies to each scheme that the client may have intended.
                reason => reason.error(),
            };
            let mut fresh = self.fresh(index).peekable();
            #[cfg(feature = "oauth")]
            let mut give = |line: &Line, value| give(line, self.with_resource(line, value));
            match &line.without_dialog {
                Some(without_dialog) if pick == Pick::Undisturbing => give(line, without_dialog.clone()),
                _ if self.reason == Reason::Forbidden(ForbiddenReason::Login) => {
                    give(line, self.step_up(line));
                }
                _ if fresh.peek().is_some() => fresh.cloned().for_each(|value| give(line, value)),
                _ => give(line, line.value(error)),
            }
        }
    }

    /// Builds the challenge of RFC 9470 section 3, with the required login. All schemes that can
    /// state it do so, because callers cannot log in with the others.
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

    /// Returns the login that would give the caller the right.
    pub(crate) fn login_needed(&self) -> Login {
        self.evaluated().map(Evaluated::login).unwrap_or_default()
    }

    /// Returns `true` if the challenge is not sent only alone, and does not open a dialog for this
    /// client.
    fn is_main(&self, line: &Line) -> bool {
        let disturbs = self.client.is_script() && line.without_dialog.is_some();
        !disturbs && !line.challenge.is_only_alone()
    }

    fn pick(&self) -> Pick {
        let has = |is: fn(&Self, &Line) -> bool| {
            let mut denials = [Some(self), self.other()].into_iter().flatten();
            denials.any(|denial| denial.accepted_lines().any(|(_, line)| is(denial, line)))
        };
        if has(Self::is_main) {
            Pick::Main
        } else if has(|_, line| line.challenge.is_only_alone()) {
            Pick::Alone
        } else {
            Pick::Undisturbing
        }
    }

    /// Builds the challenge of RFC 6750 section 3.1, with all scopes that the operation requires.
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
        let challenge =
            if scopes.is_empty() { challenge } else { challenge.parameter("scope", &scopes.join(" ")) };
        let value = challenge.to_value();
        #[cfg(feature = "oauth")]
        let value = self.with_resource(line, value);
        Some(value)
    }
}
