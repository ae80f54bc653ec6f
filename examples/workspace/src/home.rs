//! The start page: the organizations of the user.

use authgate::denial::Reason;
use authgate::{Authenticated, Denial, public};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use crate::error::{Fields, PageError};
use crate::layout::{self, role_badge};
use crate::orgs;
use crate::state::App;
use crate::users::User;

#[public(reason = "greets anonymous callers")]
pub async fn page(caller: Result<Authenticated<User>, Denial>) -> Result<Markup, Denial> {
    match caller {
        Ok(user) => Ok(view(&user, None)),
        // Without a session, or with one that has ended.
        Err(denial) if matches!(denial.reason(), Reason::NoCredentials | Reason::InvalidCredentials(_)) => {
            Ok(welcome())
        }
        // A suspended user, or an outage.
        Err(denial) => Err(denial),
    }
}

#[derive(Deserialize)]
pub struct NewOrg {
    #[serde(default)]
    name: String,
}

/// Any user may create an organization, and becomes its owner.
pub async fn create(
    user: Authenticated<User>,
    State(app): State<App>,
    Fields(form): Fields<NewOrg>,
) -> Result<Response, PageError> {
    let name = form.name.trim();
    if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
        let view = view(&user, Some("Write a name of 1 to 60 characters."));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, view).into_response());
    }
    let slug = orgs::create(&app.db, name, &user).await?;
    Ok(Redirect::to(&format!("/orgs/{slug}")).into_response())
}

fn view(user: &User, problem: Option<&str>) -> Markup {
    let content = html! {
        h1 { "Organizations" }
        @if user.memberships.is_empty() {
            p.empty { "You are not a member of an organization yet. Create one, or ask an owner to add you." }
        } @else {
            ul.cards {
                @for membership in &user.memberships {
                    li { a.card href={ "/orgs/" (membership.slug) } {
                        strong { (membership.name) } (role_badge(membership))
                    } }
                }
            }
        }
        section.card {
            h2 { "Create an organization" }
            (layout::problem(problem))
            form.row method="post" action="/orgs" {
                label { "Name" input name="name" maxlength="60" required autocomplete="organization"; }
                button { "Create" }
            }
        }
    };
    layout::page("Organizations", Some(user), &content)
}

fn welcome() -> Markup {
    let content = html! {
        section.narrow.card {
            h1 { "Documents for your team" }
            p.lead { "Write documents, decide who reads them, and see who has changed what." }
            p { a.button href="/login" { "Sign in" } }
        }
    };
    layout::page("Welcome", None, &content)
}
