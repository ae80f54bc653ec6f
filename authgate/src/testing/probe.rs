//! That every route denies whom it should: the real router, asked by everybody.

mod asking;
mod callers;
mod expected;
mod facts;
mod judge;
mod report;
mod target;

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::fmt;
use std::future::IntoFuture;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::Instant;

pub use report::{Failure, Report};

use super::principal::TestPrincipal;
use crate::right::Principal;
use crate::router::Router;

/// Drives a router as everybody would who may not, and who may, and expects what the **committed lock** says.
///
/// Every route is asked by nobody, by malformed credentials of each kind, by tokens that are expired, meant for others or
/// signed by others, by somebody without rights, by every single role, by each role less one scope, from another tenant, after
/// a login that is too old or too weak, and by each of the gate's schemes. It is proved that
///
/// - who may not is denied, with the status that the rule has for him, before anything of the request is looked at: no 400 of
///   a path, no 415, no 422;
/// - every 401 has the challenges of the schemes that the route takes, and is not cached;
/// - no handler has run for who was denied;
/// - who may is let in; the handler is not called for him either;
/// - a thing that is hidden is answered as one that is not there, in every byte;
/// - the router has the routes of the lock and no others.
///
/// The gates are those of the state, with keys and users that were made for the probe; nobody's password or key is needed.
/// What policies and the application's own requirements say is theirs: who is left to them may be let in or not.
///
/// ```
/// # use authgate::{Authenticated, Gate, Router, routing::get, testing::TestGate};
/// # #[derive(authgate::Principal)]
/// # pub struct User { #[principal(id)] pub sub: String }
/// # async fn me(user: Authenticated<User>) -> String { user.sub.clone() }
/// # fn routes() -> Router<Gate<User>> { Router::new().route("/me", get(me)) }
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// # let lock = std::env::temp_dir().join(format!("authgate-{}.lock", std::process::id()));
/// # std::fs::write(&lock, "access.lock v1\nGET /me authenticated User\n").unwrap();
/// # let app = TestGate::<User>::new().gate();
/// # let lock = lock.as_path();
/// authgate::testing::probe(routes(), app, lock).await.assert_clean();
/// # std::fs::remove_file(lock).unwrap();
/// # });
/// ```
///
/// The path of the lock is relative to the package, as cargo tests have it.
pub fn probe<S>(router: Router<S>, state: S, lock: impl AsRef<Path>) -> Probe<S> {
    let lock = lock.as_ref().to_owned();
    Probe { router, state, lock, paths: BTreeMap::new(), missing: BTreeMap::new(), samples: BTreeMap::new() }
}

/// A probe that is about to be run: by `.await`.
#[must_use = "a probe proves nothing before it is awaited: `probe(..).await.assert_clean()`"]
pub struct Probe<S> {
    router: Router<S>,
    state: S,
    lock: PathBuf,
    paths: BTreeMap<String, String>,
    missing: BTreeMap<String, String>,
    /// By the principal's type, his `TestPrincipal`.
    samples: BTreeMap<TypeId, Box<dyn Any + Send + Sync>>,
}

impl<S> Probe<S> {
    /// Where a route's thing is: `.path("/reports/{id}", "/reports/7")`. For routes that are about one that has to be there;
    /// elsewhere every parameter is `1`.
    pub fn path(mut self, route: impl Into<String>, path: impl Into<String>) -> Self {
        self.paths.insert(route.into(), path.into());
        self
    }

    /// Where a route has no thing, to compare what is hidden with: a path that is made up, if it is not said.
    pub fn missing(mut self, route: impl Into<String>, path: impl Into<String>) -> Self {
        self.missing.insert(route.into(), path.into());
        self
    }

    /// What the probe's callers are like besides the rights that they are given: where the gate asks something of everybody,
    /// as that an account is active. Rights that he is given by [`role`](TestPrincipal::role) and its like, each caller has
    /// besides his own, and is expected to have; what [`with`](TestPrincipal::with) puts there, the probe does not see.
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
            report.took(started.elapsed());
            report
        })
    }
}

impl<S> fmt::Debug for Probe<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Probe").field("lock", &self.lock).finish_non_exhaustive()
    }
}
