//! A probe of the real router: sends each kind of caller to every route.

mod asking;
mod callers;
mod expected;
mod facts;
mod judge;
mod report;
mod target;

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::Instant;

pub use report::{Failure, Report};

use super::principal::TestPrincipal;
use crate::right::Principal;
use crate::router::Router;
use crate::secret::debug_only;

/// Sends each kind of caller to every route of a router, and compares the outcomes with the
/// **committed lock**.
///
/// The callers of each route are:
///
/// - anonymous callers, and callers with malformed credentials of each kind;
/// - callers with tokens that are expired, issued for another audience, or signed with another key;
/// - callers without rights, with each single role, and with each role without one of the scopes;
/// - callers from another tenant, and callers whose login is too old or too weak;
/// - callers of each of the gate's schemes.
///
/// The probe proves that:
///
/// - a caller that is not allowed gets the status that the rule states, before the request is read:
///   no 400 for a path, no 415, no 422;
/// - every 401 has the challenges of the schemes that the route accepts, and is not cached;
/// - no handler runs for a denied caller;
/// - an allowed caller is admitted, although the probe stops the request before the handler;
/// - a concealed resource gets a response that is byte for byte identical to that for a missing
///   one;
/// - the router has exactly the routes of the lock.
///
/// The gates are those of the state, with keys and users generated for the probe. No real password
/// or key is needed. The probe does not judge policies and the application's own requirements. A
/// caller that depends on their decision may be admitted or denied.
///
/// The path of the lock is relative to the package.
///
/// # Examples
///
/// ```
/// use authgate::testing::{TestGate, probe};
/// use authgate::{Authenticated, Gate, Router, routing::get};
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// async fn me(user: Authenticated<User>) -> String {
///     user.sub.clone()
/// }
///
/// fn routes() -> Router<Gate<User>> {
///     Router::new().route("/me", get(me))
/// }
///
/// /// A `#[tokio::test]`. The gate can be that of the application.
/// async fn every_route_denies_whom_it_should() {
///     let gate = TestGate::new().gate();
///     probe(routes(), gate, "access.lock").await.assert_clean();
/// }
/// ```
pub fn probe<S>(router: Router<S>, state: S, lock: impl AsRef<Path>) -> Probe<S> {
    let lock = lock.as_ref().to_owned();
    Probe { router, state, lock, paths: BTreeMap::new(), missing: BTreeMap::new(), samples: BTreeMap::new() }
}

/// A probe. Awaiting it runs it.
///
/// # Examples
///
/// ```
/// use authgate::testing::{Probe, probe};
/// use authgate::{Gate, Router};
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// /// Reports are found at `/reports/1`, and missing at `/reports/0`.
/// fn probe_reports(routes: Router<Gate<User>>, gate: Gate<User>) -> Probe<Gate<User>> {
///     probe(routes, gate, "access.lock")
///         .path("/reports/{id}", "/reports/1")
///         .missing("/reports/{id}", "/reports/0")
/// }
/// ```
#[must_use = "a probe does nothing unless it is awaited: `probe(..).await.assert_clean()`"]
pub struct Probe<S> {
    router: Router<S>,
    state: S,
    lock: PathBuf,
    paths: BTreeMap<String, String>,
    missing: BTreeMap<String, String>,
    /// The `TestPrincipal` of each principal type.
    samples: BTreeMap<TypeId, Box<dyn Any + Send + Sync>>,
}

impl<S> Probe<S> {
    /// Sets a path with an existing resource: `.path("/reports/{id}", "/reports/7")`. It is
    /// required for routes that need an existing resource. Without it, every parameter is `1`.
    pub fn path(mut self, route: impl Into<String>, path: impl Into<String>) -> Self {
        self.paths.insert(route.into(), path.into());
        self
    }

    /// Sets a path without a resource, whose response is compared with that for a concealed
    /// resource. By default, the path is made up.
    pub fn missing(mut self, route: impl Into<String>, path: impl Into<String>) -> Self {
        self.missing.insert(route.into(), path.into());
        self
    }

    /// Sets the properties that all callers of the probe share, such as an active account if the
    /// gate requires one.
    ///
    /// Each caller also holds the rights added by [`role`](TestPrincipal::role) and similar
    /// methods, and the expected outcomes include them. The probe cannot see changes by
    /// [`with`](TestPrincipal::with).
    pub fn principal<P: Principal>(mut self, sample: TestPrincipal<P>) -> Self {
        self.samples.insert(TypeId::of::<P>(), Box::new(sample));
        self
    }
}

impl<S: Clone + Send + Sync + 'static> IntoFuture for Probe<S> {
    type Output = Report;
    type IntoFuture = Pin<Box<dyn Future<Output = Report> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let started = Instant::now();
            let mut report = judge::run(self).await;
            report.took = started.elapsed();
            report
        })
    }
}

debug_only!([S] Probe<S> { lock });
