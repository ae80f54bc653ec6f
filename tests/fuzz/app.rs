//! A small application with each scheme that reads `Authorization`, and the properties of each of
//! its responses.

use authgate::routing::get;
use authgate::scheme::digest::InMemoryDigestUsers;
use authgate::scheme::{Basic, Bearer, Digest, Keys, Login};
use authgate::{Authenticated, Gate, Roles, Router, Scopes};
use axum::body::Body;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, Request, StatusCode};
use http_body_util::BodyExt as _;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt as _;

use crate::oracle;
use crate::read_challenge;

pub(crate) const NAME: &str = "vera";
pub(crate) const PASSWORD: &str = "wonderland";

#[derive(Clone, Copy, authgate::Role)]
enum Role {
    #[role(name = "viewer")]
    Viewer,
    #[role(name = "admin")]
    Admin,
}

#[derive(Clone, Copy, authgate::Scope)]
enum Scope {
    #[scope(name = "read")]
    Read,
}

#[derive(Clone, authgate::Principal, serde::Deserialize)]
#[principal(role = Role, scope = Scope)]
pub(crate) struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
    #[principal(scopes)]
    #[serde(default)]
    scope: Scopes<Scope>,
}

impl User {
    fn named(name: &str) -> Self {
        let (mut roles, mut scope) = (Roles::none(), Scopes::none());
        roles.insert(Role::Viewer);
        roles.insert(Role::Admin);
        scope.insert(Scope::Read);
        Self { sub: name.to_owned(), roles, scope }
    }
}

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

/// A response of the application.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) challenges: Vec<HeaderValue>,
    no_store: bool,
    problem: bool,
    pub(crate) body: Vec<u8>,
}

/// An application with its runtime.
pub(crate) struct App {
    runtime: Runtime,
    router: axum::Router,
}

impl App {
    pub(crate) fn of(gate: Gate<User>) -> Self {
        let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
        Self { runtime, router: Router::new().route("/", get(me)).with_state(gate) }
    }

    /// Creates an application with Bearer and the keys of the [`oracle`].
    pub(crate) fn of_bearer(keys: Keys) -> Self {
        Self::of(Gate::builder().scheme(bearer(keys)).build().expect("complete"))
    }

    /// Creates an application with every scheme that reads `Authorization`.
    pub(crate) fn of_all() -> Self {
        let basic = Basic::new(|name: String, password: String| async move {
            if name == NAME && password == PASSWORD {
                Login::Verified(User::named(NAME))
            } else {
                Login::Wrong
            }
        })
        .realm("api");
        let table = InMemoryDigestUsers::new("api").user(NAME, PASSWORD, User::named(NAME));
        let gate = Gate::builder()
            .scheme(bearer(oracle::keys()))
            .scheme(basic)
            .scheme(Digest::new(table).realm("api"));
        Self::of(gate.build().expect("complete"))
    }

    /// Sends a request with these `Authorization` lines.
    pub(crate) fn ask(&self, lines: &[HeaderValue]) -> Answer {
        let mut request = Request::new(Body::empty());
        for line in lines {
            request.headers_mut().append(AUTHORIZATION, line.clone());
        }
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.expect("routers do not fail");
            let (parts, body) = response.into_parts();
            let is = |name, value: &str| parts.headers.get(name).is_some_and(|it: &HeaderValue| it == value);
            Answer {
                status: parts.status,
                challenges: parts.headers.get_all(WWW_AUTHENTICATE).iter().cloned().collect(),
                no_store: is(CACHE_CONTROL, "no-store"),
                problem: is(CONTENT_TYPE, "application/problem+json"),
                body: body.collect().await.expect("a body").to_bytes().to_vec(),
            }
        })
    }

    /// Sends a token and returns the authenticated subject. Returns `None` if the token is not a
    /// valid field value.
    pub(crate) fn authenticated_subject(&self, token: &[u8]) -> Option<String> {
        let line = HeaderValue::from_bytes(&[b"Bearer ", token].concat()).ok()?;
        self.ask(&[line]).authenticated_subject(&["Bearer"])
    }
}

fn bearer(keys: Keys) -> Bearer {
    Bearer::jwt(keys).issuer(oracle::ISSUER).audience(oracle::AUDIENCE).realm("api")
}

impl Answer {
    /// Returns the authenticated subject. For a denial, asserts that it is well-formed and has a
    /// challenge for each of these schemes.
    pub(crate) fn authenticated_subject(self, schemes: &[&str]) -> Option<String> {
        if self.status == StatusCode::OK {
            return Some(String::from_utf8(self.body).expect("the name, which is text"));
        }
        let lines: Vec<_> = self.challenges.iter().map(HeaderValue::as_bytes).collect();
        let challenges = read_challenge::parse(&lines).expect("challenges");
        let names: Vec<_> = challenges.iter().map(|it| it.scheme.as_str()).collect();
        match self.status.as_u16() {
            401 => assert_eq!(names, schemes),
            400 => assert!(!names.is_empty(), "a 400 says what was asked for"),
            status => panic!("{status}"),
        }
        assert_eq!(lines.len(), names.len(), "each line is one challenge");
        assert!(self.no_store && self.problem);
        let body: serde_json::Value = serde_json::from_slice(&self.body).expect("JSON");
        assert_eq!(body["status"], self.status.as_u16());
        None
    }
}
