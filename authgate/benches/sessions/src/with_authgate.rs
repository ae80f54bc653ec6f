//! Sessions of authgate in `authgate-redis`.

use std::error::Error;

use authgate::routing::{get, post};
use authgate::scheme::BackendError;
use authgate::session::{Account, Accounts, Sessions};
use authgate::{Authenticated, Denial, Gate, Router, Unauthenticated, public};
use authgate_redis::Shared;
use axum::extract::{FromRef, State};

#[derive(authgate::Principal)]
struct User {
    #[principal(id)]
    name: String,
}

#[derive(Clone)]
struct Users;

impl Accounts<User> for Users {
    async fn find(&self, name: &str) -> Result<Option<Account<User>>, BackendError> {
        Ok((name == "ada").then(|| Account::new(User { name: name.into() }, "ada's password hash")))
    }
}

#[derive(Clone, FromRef)]
struct App {
    gate: Gate<User>,
    sessions: Sessions,
}

#[public(reason = "signs in")]
async fn login(caller: Unauthenticated<User>, State(sessions): State<Sessions>) -> Result<(), Denial> {
    if let Ok(Some(account)) = Users.find("ada").await {
        sessions.sign_in(&caller, "ada", &account).await?;
    }
    Ok(())
}

async fn me(user: Authenticated<User>) -> String {
    user.name.clone()
}

pub(crate) fn app(redis: &str) -> Result<axum::Router, Box<dyn Error>> {
    let sessions = Sessions::new(Shared::connect(redis)?.sessions());
    let gate = Gate::<User>::builder().scheme(sessions.scheme(Users).realm("app")).build()?;
    let routes = Router::new().route("/login", post(login)).route("/me", get(me));
    Ok(routes.layer(sessions.layer()).with_state(App { gate, sessions }))
}
