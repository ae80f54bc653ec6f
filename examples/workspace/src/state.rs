//! The state of the application, and the choice of its stores.

use std::net::SocketAddr;
use std::sync::Arc;

use authgate::credentials::RequestCredentials;
use authgate::oidc::Login;
use authgate::password::Passwords;
use authgate::scheme::ApiKey;
use authgate::scheme::attempts::AttemptLimits;
use authgate::session::Sessions;
use authgate::{ConfigError, Gate};
use authgate_redis::Shared;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRef};
use metrics_exporter_prometheus::PrometheusHandle;

use crate::audit::Trail;
use crate::db::Db;
use crate::error::denial_page;
use crate::keys::{Machine, StoredKeys};
use crate::users::{Active, User, Users};
use crate::{api, metrics, routes};

/// The state that all processes behind one address must share, beside the database: sessions, and
/// attempts to sign in.
pub struct Stores {
    pub sessions: Sessions,
    pub limits: AttemptLimits,
    /// `None` for one process.
    pub redis: Option<Shared>,
}

impl Stores {
    /// Keeps the state in the memory of this process.
    pub fn in_memory() -> Self {
        let limits = AttemptLimits::in_memory(client_address);
        Self { sessions: Sessions::in_memory(), limits, redis: None }
    }

    /// Keeps the state in Redis, which may be down: requests with a session then get 503.
    pub fn in_redis(url: &str) -> Result<Self, ConfigError> {
        let redis = Shared::connect(url)?.prefix("workspace");
        let limits = AttemptLimits::new(redis.attempts(), client_address);
        Ok(Self { sessions: Sessions::new(redis.sessions()), limits, redis: Some(redis) })
    }
}

/// Returns the address of the connection. Behind a proxy, all clients would share one limit: the
/// chapter `manual::deploy` has a layer that puts the address of the client in its place.
fn client_address(request: &RequestCredentials<'_>) -> Option<std::net::IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip())
}

#[derive(Clone, FromRef)]
pub struct App {
    /// People, with sessions.
    pub users: Gate<User>,
    /// Programs, with API keys.
    pub machines: Gate<Machine>,
    pub sessions: Sessions,
    /// Login by a provider, beside passwords.
    pub login: Option<Login<User>>,
    pub limits: AttemptLimits,
    pub passwords: Passwords,
    pub accounts: Users,
    pub db: Db,
    pub redis: Option<Shared>,
    pub metrics: PrometheusHandle,
    pub published: Published,
}

/// Documents that the access table contains, generated once.
#[derive(Clone)]
pub struct Published {
    pub openapi: Bytes,
    pub access: Arc<str>,
}

impl App {
    pub fn new(
        db: Db,
        trail: &Trail,
        stores: Stores,
        login: Option<Login<User>>,
    ) -> Result<Self, Box<dyn std::error::Error>> {
        let Stores { sessions, limits, redis } = stores;
        let accounts = Users(db.clone());
        let (of_users, of_machines) = (trail.clone(), trail.clone());
        let users = Gate::<User>::builder();
        let users = match &login {
            Some(login) => {
                let either = login.clone().or(accounts.clone());
                users.scheme(sessions.scheme(either).realm("workspace"))
            }
            None => users.scheme(sessions.scheme(accounts.clone()).realm("workspace")),
        };
        let users = users
            .require::<Active>()
            .login_page("/login")
            .render(denial_page)
            .observe(metrics::count)
            .observe(move |event| of_users.record(event))
            .build()?;
        let machines = Gate::<Machine>::builder()
            .scheme(ApiKey::header("x-api-key", StoredKeys(db.clone())).realm("api"))
            .observe(metrics::count)
            .observe(move |event| of_machines.record(event))
            .build()?;
        let openapi = api::routes().access().openapi().gate(&users).gate(&machines);
        let openapi = openapi.title("Workspace").version(env!("CARGO_PKG_VERSION")).build()?;
        let access = routes::routes(&sessions, login.as_ref()).access().document().to_html();
        Ok(Self {
            users,
            machines,
            sessions,
            login,
            limits,
            passwords: Passwords::new(),
            accounts,
            db,
            redis,
            metrics: metrics::recorder()?,
            published: Published { openapi: openapi.to_string().into(), access: access.into() },
        })
    }
}
