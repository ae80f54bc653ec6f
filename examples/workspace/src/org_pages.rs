//! The audit trail and the settings of an organization.

use authgate::{Authorized, requires};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use crate::audit::{self, Row};
use crate::db::Db;
use crate::error::{Fields, PageError};
use crate::layout::{self, Tab, at, date, org_page};
use crate::orgs::{self, Org, slug};
use crate::users::{OrgRole, User};

#[requires(role = OrgRole::Owner, in = Org)]
pub async fn audit_trail(owner: Authorized<_>, State(db): State<Db>) -> Result<Markup, PageError> {
    let slug = slug(owner.context());
    let rows = audit::list(&db, Some(slug)).await?;
    let content = html! {
        h1 { "Audit trail" }
        p.lead { "Changes, and denied requests of known callers. The newest 200." }
        (trail(&rows))
    };
    Ok(org_page("Audit trail", &owner, slug, Tab::Audit, &content))
}

/// Returns the table of entries, for owners and for staff.
pub fn trail(rows: &[Row]) -> Markup {
    html! {
        @if rows.is_empty() { p.empty { "Nothing has happened yet." } } @else {
            table {
                thead { tr { th { "Time" } th { "Caller" } th { "Action" } th { "Outcome" } } }
                tbody {
                    @for Row { entry, name } in rows {
                        tr {
                            td data-label="Time" { (date(entry.at / 1000)) }
                            td data-label="Caller" { (name) @if entry.scheme == "ApiKey" { " " span.badge { "API key" } } }
                            td data-label="Action" {
                                span {
                                    @match audit::describe(&entry.action) {
                                        Some(action) => (action),
                                        None => (entry.action.split(' ').next().unwrap_or_default()),
                                    }
                                    span.meta { (entry.path) }
                                }
                            }
                            td data-label="Outcome" {
                                @if entry.reason.is_empty() { span.badge.open { "allowed" } }
                                @else { span { span.badge.bad { "denied" } " " code { (entry.reason) } } }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[requires(role = OrgRole::Owner, in = Org)]
pub async fn settings(owner: Authorized<_>) -> Markup {
    let slug = slug(owner.context());
    let content = html! {
        h1 { "Settings" }
        section.card {
            h2 { "Delete this organization" }
            p { "Deletes all documents and API keys of " strong { (name(&owner, slug)) } ". This needs a login of the last five minutes." }
            p { a.button.danger href=(at(slug, "/delete")) { "Delete…" } }
        }
    };
    org_page("Settings", &owner, slug, Tab::Settings, &content)
}

// Both require a login of the last five minutes: the page, so that its user signs in before they
// fill in the form, and the form itself.

#[requires(role = OrgRole::Owner, in = Org, fresh = "5m")]
pub async fn confirm_delete(owner: Authorized<_>) -> Markup {
    delete_page(&owner, slug(owner.context()), None)
}

#[derive(Deserialize)]
pub struct Confirmation {
    #[serde(default)]
    name: String,
}

#[requires(role = OrgRole::Owner, in = Org, fresh = "5m")]
pub async fn delete(
    owner: Authorized<_>,
    State(db): State<Db>,
    Fields(form): Fields<Confirmation>,
) -> Result<Response, PageError> {
    let slug = slug(owner.context());
    if form.name.trim() != name(&owner, slug) {
        let page = delete_page(&owner, slug, Some("This is not the name of the organization."));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    orgs::delete(&db, &owner).await?;
    Ok(Redirect::to("/").into_response())
}

fn name<'a>(user: &'a User, slug: &'a str) -> &'a str {
    user.membership(slug).map_or(slug, |membership| membership.name.as_str())
}

fn delete_page(owner: &User, slug: &str, problem: Option<&str>) -> Markup {
    let content = html! {
        h1 { "Delete " (name(owner, slug)) }
        p.lead { "This cannot be undone." }
        (layout::problem(problem))
        form.stack method="post" action=(at(slug, "/delete")) {
            label { "Write the name of the organization to confirm"
                input name="name" autocomplete="off" required; }
            div.row { button.danger { "Delete forever" } a.button.secondary href=(at(slug, "/settings")) { "Cancel" } }
        }
    };
    org_page("Delete", owner, slug, Tab::Settings, &content)
}
