//! The members of an organization.

use authgate::{Authorized, requires};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use crate::db::Db;
use crate::error::{Fields, PageError};
use crate::layout::{self, Done, Tab, at, org_page};
use crate::orgs::{self, Added, Member, Org, slug};
use crate::users::{OrgRole, User};

const ROLES: [(&str, &str); 3] = [("viewer", "Viewer"), ("editor", "Editor"), ("owner", "Owner")];

#[requires(role = OrgRole::Viewer, in = Org, conceal)]
pub async fn list(
    member: Authorized<_>,
    State(db): State<Db>,
    Query(done): Query<Done>,
) -> Result<Markup, PageError> {
    let slug = slug(member.context());
    Ok(members_page(&member, slug, &orgs::members(&db, slug).await?, done, None))
}

#[derive(Deserialize)]
pub struct NewMember {
    #[serde(default)]
    email: String,
    role: OrgRole,
}

#[requires(role = OrgRole::Owner, in = Org)]
pub async fn add(
    owner: Authorized<_>,
    State(db): State<Db>,
    Fields(form): Fields<NewMember>,
) -> Result<Response, PageError> {
    let slug = slug(owner.context());
    let problem = match orgs::add_member(&db, &owner, &form.email, form.role).await? {
        Added::Yes => return Ok(Redirect::to(&at(slug, "/members?done=added")).into_response()),
        Added::AlreadyMember => "This person is a member already. Change the role in the list.",
        Added::UnknownAddress => "No account has this address.",
    };
    let members = orgs::members(&db, slug).await?;
    let page = members_page(&owner, slug, &members, Done::default(), Some(problem));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

#[derive(Deserialize)]
pub struct NewRole {
    role: OrgRole,
}

#[requires(role = OrgRole::Owner, in = Org)]
pub async fn change(
    owner: Authorized<_>,
    State(db): State<Db>,
    Path((_, user)): Path<(String, String)>,
    Fields(form): Fields<NewRole>,
) -> Result<Redirect, PageError> {
    let is_changed = orgs::change_member(&db, &owner, &user, Some(form.role)).await?;
    let done = if is_changed { "saved" } else { "last-owner" };
    Ok(Redirect::to(&at(slug(owner.context()), &format!("/members?done={done}"))))
}

#[requires(role = OrgRole::Owner, in = Org)]
pub async fn remove(
    owner: Authorized<_>,
    State(db): State<Db>,
    Path((_, user)): Path<(String, String)>,
) -> Result<Redirect, PageError> {
    let is_changed = orgs::change_member(&db, &owner, &user, None).await?;
    let done = if is_changed { "removed" } else { "last-owner" };
    // An owner who has removed themselves may not see the list any more.
    if is_changed && owner.id == user {
        return Ok(Redirect::to("/"));
    }
    Ok(Redirect::to(&at(slug(owner.context()), &format!("/members?done={done}"))))
}

fn members_page(user: &User, slug: &str, members: &[Member], done: Done, problem: Option<&str>) -> Markup {
    let is_owner = user.orgs.grants_in(slug, OrgRole::Owner);
    let content = html! {
        (done.message())
        h1 { "Members" }
        ul.list.plain {
            @for member in members {
                li {
                    span { strong { (member.name) } span.meta { (member.email) } }
                    @if is_owner { (controls(slug, member)) } @else { span.badge { (member.role) } }
                }
            }
        }
        @if is_owner {
            section.card {
                h2 { "Add a member" }
                (layout::problem(problem))
                form.row method="post" action={ "/orgs/" (slug) "/members" } {
                    label { "E-mail address" input type="email" name="email" required; }
                    label { "Role" (role_select("viewer")) }
                    button { "Add" }
                }
                p.hint { "Viewers read open documents. Editors also write. Owners also manage members and API keys." }
            }
        }
    };
    org_page("Members", user, slug, Tab::Members, &content)
}

fn controls(slug: &str, member: &Member) -> Markup {
    let here = format!("/orgs/{slug}/members/{}", member.id);
    html! {
        div.controls {
            form.row method="post" action=(here) {
                label { span.hidden { "Role of " (member.name) } (role_select(&member.role)) }
                button.secondary aria-label={ "Change the role of " (member.name) } { "Change" }
            }
            form method="post" action={ (here) "/remove" } {
                button.quiet aria-label={ "Remove " (member.name) } { "Remove" }
            }
        }
    }
}

fn role_select(selected: &str) -> Markup {
    html! {
        select name="role" {
            @for (role, label) in ROLES { option value=(role) selected[role == selected] { (label) } }
        }
    }
}
