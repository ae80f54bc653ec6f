//! Pages of API keys.

use authgate::{Authorized, requires};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use crate::db::{Db, now};
use crate::error::{Fields, PageError};
use crate::keys::{self, Key, Scope};
use crate::layout::{self, Done, Tab, at, date, org_page};
use crate::orgs::{Org, slug};
use crate::users::{OrgRole, User};

#[requires(role = OrgRole::Owner, in = Org)]
pub async fn list(
    owner: Authorized<_>,
    State(db): State<Db>,
    Query(done): Query<Done>,
) -> Result<Markup, PageError> {
    let slug = slug(owner.context());
    let keys = keys::list(&db, &owner).await?;
    let content = html! {
        (done.message())
        div.head {
            h1 { "API keys" }
            a.button href=(at(slug, "/keys/new")) { "New key" }
        }
        p.lead { "Programs send a key in the header field " code { "x-api-key" } ". " a href="/openapi.json" { "OpenAPI" } }
        @if keys.is_empty() { p.empty { "There are no keys." } }
        ul.list.plain {
            @for key in &keys { li { (row(slug, key)) } }
        }
    };
    Ok(org_page("API keys", &owner, slug, Tab::Keys, &content))
}

fn row(slug: &str, key: &Key) -> Markup {
    html! {
        span {
            strong { (key.name) }
            span.meta { (key.scopes) }
            span.meta { "created by " (key.created_by) ", expires " (date(key.expires)) }
        }
        @if key.revoked != 0 {
            span.badge.bad { "Revoked" }
        } @else if key.expires <= now() {
            span.badge.bad { "Expired" }
        } @else {
            @if key.is_paused() { span.badge.shared { "Paused: the creator is not an owner" } }
            form method="post" action=(at(slug, &format!("/keys/{}/revoke", key.id))) {
                button.danger aria-label={ "Revoke " (key.name) } { "Revoke" }
            }
        }
    }
}

// A key outlives the session that creates it, so its creator must have signed in lately. The page
// of the form has the same rule: its user signs in before they fill it in.

#[requires(role = OrgRole::Owner, in = Org, fresh = "5m")]
pub async fn new(owner: Authorized<_>) -> Markup {
    form_page(&owner, slug(owner.context()), &NewKeyForm::default(), None)
}

#[derive(Deserialize)]
#[serde(default)]
pub struct NewKeyForm {
    name: String,
    read: bool,
    write: bool,
    days: u16,
}

impl Default for NewKeyForm {
    fn default() -> Self {
        Self { name: String::new(), read: false, write: false, days: 90 }
    }
}

/// Responds with the key, without a redirect: a redirect would have to store the key somewhere.
#[requires(role = OrgRole::Owner, in = Org, fresh = "5m")]
pub async fn create(
    owner: Authorized<_>,
    State(db): State<Db>,
    Fields(form): Fields<NewKeyForm>,
) -> Result<Response, PageError> {
    let (slug, name) = (slug(owner.context()), form.name.trim());
    let chosen = [(Scope::Read, form.read), (Scope::Write, form.write)];
    let scopes: Vec<Scope> =
        chosen.into_iter().filter_map(|(scope, is_chosen)| is_chosen.then_some(scope)).collect();
    let problem = if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
        Some("Write a name of 1 to 60 characters.")
    } else if scopes.is_empty() {
        Some("Choose what programs with this key may do.")
    } else if !(1..=365).contains(&form.days) {
        Some("Choose when the key expires.")
    } else {
        None
    };
    if problem.is_some() {
        return Ok(
            (StatusCode::UNPROCESSABLE_ENTITY, form_page(&owner, slug, &form, problem)).into_response()
        );
    }
    let key = keys::create(&db, &owner, name, &scopes, form.days).await?;
    let content = html! {
        section.card {
            h1 { "Your new key" }
            p { "Copy it now. It is not shown again, because only its digest is stored." }
            p { code.secret { (key.text()) } }
            p.hint { "Try it, with the address of this site:" }
            pre { "curl -H 'x-api-key: " (key.text()) "' \
    \"$WORKSPACE/api" (at(slug, "/documents")) "\"" }
            p { a.button href=(at(slug, "/keys")) { "I have copied it" } }
        }
    };
    let page = org_page("New key", &owner, slug, Tab::Keys, &content);
    Ok((StatusCode::CREATED, page).into_response())
}

#[requires(role = OrgRole::Owner, in = Org)]
pub async fn revoke(
    owner: Authorized<_>,
    State(db): State<Db>,
    Path((_, key)): Path<(String, String)>,
) -> Result<Redirect, PageError> {
    keys::revoke(&db, &owner, &key).await?;
    Ok(Redirect::to(&at(slug(owner.context()), "/keys?done=revoked")))
}

fn form_page(owner: &User, slug: &str, form: &NewKeyForm, problem: Option<&str>) -> Markup {
    let scopes = [
        (Scope::Read, "read", form.read, "Read open documents"),
        (Scope::Write, "write", form.write, "Create and edit open documents"),
    ];
    let content = html! {
        h1 { "New API key" }
        (layout::problem(problem))
        form.stack method="post" action=(at(slug, "/keys")) {
            label { "Name, such as the program that uses it"
                input name="name" value=(form.name) maxlength="60" required; }
            fieldset {
                legend { "Scopes" }
                @for (scope, field, is_chosen, label) in scopes {
                    label.check {
                        input type="checkbox" name=(field) value="true" checked[is_chosen];
                        span { (label) " " code { (scope) } }
                    }
                }
            }
            label { "Expires in"
                select name="days" {
                    @for days in [30_u16, 90, 365] { option value=(days) selected[form.days == days] { (days) " days" } }
                }
            }
            div.row { button { "Create" } a.button.secondary href=(at(slug, "/keys")) { "Cancel" } }
        }
    };
    org_page("New API key", owner, slug, Tab::Keys, &content)
}
