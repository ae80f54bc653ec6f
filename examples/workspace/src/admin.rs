//! The admin area, for staff. Staff manage accounts, and do not see documents.

use authgate::{Authorized, requires};
use axum::extract::{Path, State};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{Markup, html};

use crate::audit;
use crate::db::{Db, is_id};
use crate::error::PageError;
use crate::layout::page;
use crate::org_pages::trail;
use crate::state::Published;
use crate::users::{Role, User};

#[derive(sqlx::FromRow)]
struct Listed {
    id: String,
    name: String,
    email: String,
    staff: i64,
    suspended: i64,
}

#[requires(role = Role::Staff)]
pub async fn users(staff: Authorized<_>, State(db): State<Db>) -> Result<Markup, PageError> {
    let users = "SELECT id, name, email, staff, suspended FROM users ORDER BY name, id LIMIT 500";
    let users: Vec<Listed> = sqlx::query_as(users).fetch_all(&db).await?;
    let content = html! {
        div.head {
            h1 { "Users" }
            div.controls {
                a.button.secondary href="/admin/audit" { "Audit trail" }
                a.button.secondary href="/admin/access" { "Access rules" }
            }
        }
        ul.list.plain {
            @for user in &users { li { (listed(user, &staff)) } }
        }
    };
    Ok(page("Users", Some(&staff), &content))
}

fn listed(user: &Listed, staff: &User) -> Markup {
    let here = format!("/admin/users/{}", user.id);
    html! {
        span { strong { (user.name) } span.meta { (user.email) } }
        @if user.staff != 0 { span.badge { "staff" } }
        @if user.suspended != 0 { span.badge.bad { "suspended" } }
        // Staff cannot lock themselves out.
        @if user.id != staff.id {
            div.controls {
                @if user.suspended != 0 {
                    form method="post" action={ (here) "/reinstate" } { button.secondary { "Reinstate" } }
                } @else {
                    form method="post" action={ (here) "/suspend" } { button.secondary { "Suspend" } }
                }
                a.button.danger href={ (here) "/delete" } { "Delete" }
            }
        }
    }
}

// The changed account applies to the next request of its user: a suspended one is denied, and the
// sessions of a deleted one end.

#[requires(role = Role::Staff)]
pub async fn suspend(
    staff: Authorized<_>,
    State(db): State<Db>,
    Path(user): Path<String>,
) -> Result<Redirect, PageError> {
    change(&db, &staff, &user, "UPDATE users SET suspended = 1 WHERE id = $1").await
}

#[requires(role = Role::Staff)]
pub async fn reinstate(
    staff: Authorized<_>,
    State(db): State<Db>,
    Path(user): Path<String>,
) -> Result<Redirect, PageError> {
    change(&db, &staff, &user, "UPDATE users SET suspended = 0 WHERE id = $1").await
}

// The page has the rule of its form, so that its user signs in before they send it.

#[requires(role = Role::Staff, fresh = "5m")]
pub async fn confirm_delete(
    staff: Authorized<_>,
    State(db): State<Db>,
    Path(user): Path<String>,
) -> Result<Response, PageError> {
    let name = sqlx::query_scalar("SELECT name FROM users WHERE id = $1").bind(&user);
    let name: Option<String> = if is_id(&user) { name.fetch_optional(&db).await? } else { None };
    let Some(name) = name else { return Ok(staff.not_found().into_response()) };
    let orphans = "SELECT o.name FROM orgs o JOIN members m ON m.org = o.slug
        WHERE m.role = 'owner' GROUP BY o.slug, o.name HAVING count(*) = 1 AND min(m.user_id) = $1 ORDER BY o.name";
    let orphans: Vec<String> = sqlx::query_scalar(orphans).bind(&user).fetch_all(&db).await?;
    let content = html! {
        h1 { "Delete " (name) }
        p.lead { "Deletes the account with its documents and API keys. This cannot be undone." }
        @if !orphans.is_empty() {
            p.notice.problem { "The only owner of " (orphans.join(", ")) ". Afterwards, no user can manage it: ask for another owner first." }
        }
        form.row method="post" action={ "/admin/users/" (user) "/delete" } {
            button.danger { "Delete forever" }
            a.button.secondary href="/admin" { "Cancel" }
        }
    };
    Ok(page("Delete a user", Some(&staff), &content).into_response())
}

#[requires(role = Role::Staff, fresh = "5m")]
pub async fn delete(
    staff: Authorized<_>,
    State(db): State<Db>,
    Path(user): Path<String>,
) -> Result<Redirect, PageError> {
    change(&db, &staff, &user, "DELETE FROM users WHERE id = $1").await
}

async fn change(db: &Db, staff: &User, user: &str, query: &'static str) -> Result<Redirect, PageError> {
    if is_id(user) && user != staff.id {
        sqlx::query(query).bind(user).execute(db).await?;
    }
    Ok(Redirect::to("/admin"))
}

#[requires(role = Role::Staff)]
pub async fn audit_trail(staff: Authorized<_>, State(db): State<Db>) -> Result<Markup, PageError> {
    let rows = audit::list(&db, None).await?;
    let content = html! {
        div.head { h1 { "Audit trail" } a.button.secondary href="/admin" { "Users" } }
        (trail(&rows))
    };
    Ok(page("Audit trail", Some(&staff), &content))
}

/// The page of the access rules, which authgate generates from the declarations. It has a script
/// and a style, and a policy for them.
#[requires(role = Role::Staff)]
pub async fn access(State(published): State<Published>) -> impl IntoResponse {
    ([(CONTENT_SECURITY_POLICY, "frame-ancestors 'none'")], Html(published.access.to_string()))
}
