//! A client for Digest (RFC 7616) that can send any parameters. Hashes are computed by another
//! library.

use authgate::routing::{get, post};
use authgate::scheme::Digest;
use authgate::scheme::digest::{DigestUsers, Ha1, InMemoryDigestUsers, userhash};
use authgate::{Authenticated, Gate, Router, scheme};
use aws_lc_rs::digest::{SHA256, digest};
use md5::Digest as _;

use crate::ask::{Answer, ask};

/// The realm.
pub const REALM: &str = "api";

/// The principal.
#[derive(Clone, Debug, authgate::Principal)]
pub struct Caller {
    #[principal(id)]
    name: String,
}

impl Caller {
    /// Creates a caller.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned() }
    }
}

/// Returns Alice with her password for both algorithms, and a user whose name and password are not
/// ASCII.
#[must_use]
pub fn users() -> InMemoryDigestUsers<Caller> {
    let both = [Ha1::sha256("alice", REALM, "secret"), Ha1::md5("alice", REALM, "secret")];
    InMemoryDigestUsers::new(REALM).stored("alice", both, Caller::new("alice")).user(
        "J\u{e4}s\u{f8}n \u{414}\u{43e}",
        "\u{43f}\u{430}\u{440}\u{43e}\u{43b}\u{44c}:42",
        Caller::new("jason"),
    )
}

async fn me(caller: Authenticated<Caller>) -> String {
    caller.name.clone()
}

/// Returns an application with this scheme.
pub fn app_of<U: DigestUsers<Caller>>(digest: Digest<U>) -> axum::Router
where
    Digest<U>: scheme::Scheme<Caller>,
{
    Router::new()
        .route("/me", get(me))
        .route("/post", post(me))
        .nest("/a", Router::new().nest("/b", Router::new().route("/c", get(me))))
        .with_state(Gate::builder().scheme(digest).build().expect("complete"))
}

/// Returns an application that accepts the passwords of [`users`] with SHA-256.
pub fn app() -> axum::Router {
    app_of(Digest::new(users()).realm(REALM))
}

/// Returns the challenge for a request without credentials.
pub async fn challenge(app: &axum::Router) -> String {
    ask(app, "GET /me", &[]).await.challenges().first().expect("a challenge").to_string()
}

/// Returns the value of a parameter as it was sent, including quotes.
#[must_use]
pub fn written<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let line = line.strip_prefix("Digest ").unwrap_or(line);
    line.split(", ").find_map(|parameter| parameter.strip_prefix(name)?.strip_prefix('='))
}

/// The credentials of a request, as a list of parameters. Each parameter can be changed or removed.
#[derive(Clone, Debug)]
pub struct Sent {
    method: String,
    password: String,
    /// The user name that is hashed, whatever name is sent.
    user: String,
    parameters: Vec<(String, String)>,
}

impl Sent {
    /// Returns Alice's response to a challenge, for a request such as `GET /me`.
    #[must_use]
    pub fn by_alice(challenge: &str, line: &str) -> Self {
        Self::by("alice", "secret", challenge, line)
    }

    /// Returns a user's response to a challenge.
    #[must_use]
    pub fn by(user: &str, password: &str, challenge: &str, line: &str) -> Self {
        let (method, target) = line.split_once(' ').expect("a method and a target");
        let from = |name: &str| written(challenge, name).expect("a parameter").to_owned();
        let parameters = [
            ("username", format!("\"{user}\"")),
            ("realm", from("realm")),
            ("nonce", from("nonce")),
            ("uri", format!("\"{target}\"")),
            ("algorithm", from("algorithm")),
            ("qop", "auth".to_owned()),
            ("nc", "00000001".to_owned()),
            ("cnonce", "\"0a4f113b\"".to_owned()),
            ("response", String::new()),
        ];
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value)).to_vec();
        let sent = Self { method: method.into(), password: password.into(), user: user.into(), parameters };
        sent.signed()
    }

    /// Sets this parameter, in this spelling, and computes the response again.
    #[must_use]
    pub fn with(self, name: &str, written: &str) -> Self {
        self.put(name, written).signed()
    }

    /// Like [`with`](Self::with), but keeps the response.
    #[must_use]
    pub fn put(mut self, name: &str, written: &str) -> Self {
        match self.parameters.iter_mut().find(|(known, _)| known == name) {
            Some((_, value)) => written.clone_into(value),
            None => self.parameters.push((name.to_owned(), written.to_owned())),
        }
        self
    }

    /// Sets the nonce count `nc`.
    #[must_use]
    pub fn nth(self, nc: u32) -> Self {
        self.with("nc", &format!("{nc:08x}"))
    }

    /// Replaces the user name with its hash.
    #[must_use]
    pub fn hashed(self) -> Self {
        let hash = userhash(scheme::digest::DigestAlgorithm::Sha256, &self.user, REALM);
        self.put("username", &format!("\"{hash}\"")).put("userhash", "true")
    }

    /// Removes this parameter.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.parameters.retain(|(known, _)| known != name);
        self
    }

    /// Returns the credentials with this text appended.
    #[must_use]
    pub fn with_appended(&self, text: &str) -> String {
        self.credential() + text
    }

    /// Returns the field value.
    #[must_use]
    pub fn credential(&self) -> String {
        let parameters: Vec<_> =
            self.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("Digest {}", parameters.join(", "))
    }

    /// Sends a request with these credentials.
    pub async fn ask(&self, app: &axum::Router, line: &str) -> Answer {
        ask(app, line, &[("authorization", &self.credential())]).await
    }

    /// Returns the expected `rspauth`.
    #[must_use]
    pub fn rspauth(&self) -> String {
        self.keyed("")
    }

    fn signed(self) -> Self {
        let response = format!("\"{}\"", self.keyed(&self.method));
        self.put("response", &response)
    }

    fn value(&self, name: &str) -> &str {
        let known = self.parameters.iter().find(|(known, _)| known == name);
        known.map_or("", |(_, value)| value.trim_matches('"'))
    }

    fn keyed(&self, method: &str) -> String {
        let hash = |text: String| {
            if self.value("algorithm") == "MD5" {
                hex(&md5::Md5::digest(text))
            } else {
                hex(digest(&SHA256, text.as_bytes()).as_ref())
            }
        };
        let a1 = hash(format!("{}:{}:{}", self.user, self.value("realm"), self.password));
        let a2 = hash(format!("{method}:{}", self.value("uri")));
        let [nonce, nc, cnonce, qop] = ["nonce", "nc", "cnonce", "qop"].map(|name| self.value(name));
        hash(format!("{a1}:{nonce}:{nc}:{cnonce}:{qop}:{a2}"))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
