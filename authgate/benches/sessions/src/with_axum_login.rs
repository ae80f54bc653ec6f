//! Sessions of axum-login in `tower-sessions-redis-store`.

use std::convert::Infallible;
use std::error::Error;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum_login::tower_sessions::{Expiry, SessionManagerLayer};
use axum_login::{AuthManagerLayerBuilder, AuthUser, AuthnBackend, login_required};
use time::Duration;
use tower_sessions_redis_store::RedisStore;
use tower_sessions_redis_store::fred::prelude::{ClientLike as _, Config, Pool};

#[derive(Clone, Debug)]
struct User {
    name: String,
}

impl AuthUser for User {
    type Id = String;

    fn id(&self) -> String {
        self.name.clone()
    }

    fn session_auth_hash(&self) -> &[u8] {
        b"ada's password hash"
    }
}

#[derive(Clone)]
struct Users;

impl AuthnBackend for Users {
    type User = User;
    type Credentials = ();
    type Error = Infallible;

    async fn authenticate(&self, (): ()) -> Result<Option<User>, Infallible> {
        self.get_user(&"ada".into()).await
    }

    async fn get_user(&self, name: &String) -> Result<Option<User>, Infallible> {
        Ok((name == "ada").then(|| User { name: name.clone() }))
    }
}

type AuthSession = axum_login::AuthSession<Users>;

async fn login(mut session: AuthSession) -> StatusCode {
    let Ok(Some(user)) = session.authenticate(()).await else { return StatusCode::UNAUTHORIZED };
    match session.login(&user).await {
        Ok(()) => StatusCode::OK,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

async fn me(session: AuthSession) -> String {
    session.user.map(|user| user.name).unwrap_or_default()
}

pub(crate) async fn app(redis: &str) -> Result<Router, Box<dyn Error>> {
    // Its documentation uses six connections. authgate uses one.
    let pool = Pool::new(Config::from_url(redis)?, None, None, None, 1)?;
    pool.connect();
    pool.wait_for_connect().await?;
    let sessions = SessionManagerLayer::new(RedisStore::new(pool))
        .with_expiry(Expiry::OnInactivity(Duration::minutes(30)));
    let auth = AuthManagerLayerBuilder::new(Users, sessions).build();
    Ok(Router::new()
        .route("/me", get(me))
        .route_layer(login_required!(Users))
        .route("/login", post(login))
        .layer(auth))
}
