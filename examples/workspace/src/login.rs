//! Sign-in by password, and sign-out.

use std::time::Duration;

use authgate::credentials::ReturnTo;
use authgate::scheme::Login;
use authgate::session::{Accounts as _, BackendError};
use authgate::{Authenticated, Denial, Unauthenticated, public};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::error::{Fields, PageError};
use crate::layout;
use crate::state::App;
use crate::users::{User, normal_email};

/// The time for which "Keep me signed in" remembers a user.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The query of the login page, which authgate writes.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Target {
    return_to: ReturnTo,
    max_age: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct LoginForm {
    email: String,
    password: String,
    remember: bool,
    return_to: ReturnTo,
    /// The `fresh` of the rule that has sent the user here, in seconds, or empty.
    max_age: String,
}

impl LoginForm {
    fn max_age(&self) -> Option<u32> {
        self.max_age.parse().ok()
    }
}

/// Also for signed-in users: a rule with `fresh = ".."` sends them here, to confirm their password.
#[public(reason = "people sign in here")]
pub async fn page(
    caller: Result<Authenticated<User>, Denial>,
    State(app): State<App>,
    Query(target): Query<Target>,
) -> Markup {
    let email = caller.map(|user| user.email.clone()).unwrap_or_default();
    let Target { return_to, max_age } = target;
    let form = LoginForm { email, return_to, max_age, ..LoginForm::default() };
    view(&form, app.login.is_some(), None)
}

#[public(reason = "people sign in here")]
pub async fn sign_in(
    caller: Unauthenticated<User>,
    State(app): State<App>,
    Fields(form): Fields<LoginForm>,
) -> Result<Response, PageError> {
    let email = normal_email(&form.email);
    // Rejects forms of other sites, and clients that have tried too often, before a hash is
    // computed.
    let attempt = caller.start_attempt(&app.limits, &email, &form.password).await?;
    let found = match app.accounts.by_email(&email).await {
        Ok(found) => found.map(|(id, hash)| (hash, id)),
        Err(error) => {
            attempt.withdraw().await;
            return Err(caller.unavailable(&BackendError::new(error)).into());
        }
    };
    // Takes the same time for an unknown address.
    let id = match app.passwords.login(&email, found, &form.password).await {
        Login::Verified(id) => id,
        Login::Busy => {
            attempt.withdraw().await;
            return Err(caller.busy().into());
        }
        Login::Unavailable => {
            attempt.withdraw().await;
            return Err(caller.unavailable(&BackendError::new("cannot verify a password")).into());
        }
        _ => return Ok(wrong_password(&form, &app)),
    };
    attempt.succeeded().await;
    let account = app.accounts.find(&id).await.map_err(|error| caller.unavailable(&error))?;
    // Deleted since the password was verified.
    let Some(account) = account else { return Ok(wrong_password(&form, &app)) };
    if form.remember {
        app.sessions.sign_in_for(&caller, &id, &account, REMEMBERED).await?;
    } else {
        app.sessions.sign_in(&caller, &id, &account).await?;
    }
    Ok(Redirect::to(form.return_to.path_or("/")).into_response())
}

#[public(reason = "a second sign-out, as in another tab, is not an error")]
pub async fn sign_out(caller: Unauthenticated<User>, State(app): State<App>) -> Result<Redirect, Denial> {
    app.sessions.sign_out(&caller).await?;
    Ok(Redirect::to("/login"))
}

/// A 401 must have a challenge (RFC 9110 section 15.5.2).
fn wrong_password(form: &LoginForm, app: &App) -> Response {
    let view = view(form, app.login.is_some(), Some("The e-mail address or the password is wrong."));
    (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, r#"Cookie realm="workspace""#)], view).into_response()
}

fn view(form: &LoginForm, has_provider: bool, problem: Option<&str>) -> Markup {
    let max_age = form.max_age();
    let title = if max_age.is_some() { "Confirm that it is you" } else { "Sign in" };
    let content = html! {
        section.narrow.card {
            h1 { (title) }
            @if max_age.is_some() { p.lead { "This action needs a recent login. Sign in again." } }
            (layout::problem(problem))
            form.stack method="post" action="/login" {
                label { "E-mail address"
                    input type="email" name="email" value=(form.email) autocomplete="username" required
                        autofocus[form.email.is_empty()];
                }
                label { "Password"
                    input type="password" name="password" autocomplete="current-password" required
                        autofocus[!form.email.is_empty()];
                }
                // Also to confirm: the new sign-in replaces the remembered one.
                label.check { input type="checkbox" name="remember" value="true"; "Keep me signed in for 30 days" }
                @if let Some(age) = max_age { input type="hidden" name="max_age" value=(age); }
                input type="hidden" name="return_to" value=(form.return_to.path_or(""));
                button { (title) }
            }
            @if has_provider {
                // A recent login must be recent at the provider.
                @let age = max_age.map_or_else(String::new, |age| format!("&max_age={age}"));
                @let target = utf8_percent_encode(form.return_to.path_or("/"), NON_ALPHANUMERIC);
                p { a.button.secondary href={ "/login/provider?return_to=" (target) (age) } { "Sign in with your provider" } }
            }
        }
    };
    layout::page(title, None, &content)
}
