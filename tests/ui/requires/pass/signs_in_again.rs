//! A handler with a rule that signs in or out takes `Unauthenticated`, too.
#![deny(warnings)]

use authgate::routing::post;
use authgate::{Authorized, Denial, Gate, Router, Unauthenticated, requires};
use axum::extract::State;

#[derive(authgate::Principal)]
pub struct User {
    #[principal(id)]
    pub sub: String,
}

#[requires(fresh = "5m", principal = User)]
async fn change_password(user: Authorized<_>, caller: Unauthenticated<User>) -> Result<String, Denial> {
    caller.refuse_cross_site()?;
    Ok(user.sub.clone())
}

#[requires(fresh = "5m", principal = User)]
async fn sign_out(State(_): State<Gate<User>>, caller: Unauthenticated<User>) -> Result<(), Denial> {
    caller.refuse_cross_site()
}

fn main() {
    let routes: Router<Gate<User>> =
        Router::new().route("/password", post(change_password)).route("/logout", post(sign_out));
    assert_eq!(
        routes.access().to_string(),
        "POST    /password fresh:300s\nPOST    /logout   fresh:300s\n"
    );
}
