//! The frame of every page, and the parts that pages share. maud escapes every value.

use axum::http::StatusCode;
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;
use time::OffsetDateTime;

use crate::users::{Membership, OrgRole, User};

/// Returns a page for a signed-in user, or for an anonymous caller.
pub fn page(title: &str, user: Option<&User>, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Workspace" }
                link rel="stylesheet" href="/style.css";
                link rel="icon" href="data:,";
            }
            body {
                a.skip href="#content" { "Skip to content" }
                header.bar {
                    a.brand href="/" aria-label="Workspace" { span.mark { "W" } span.word { "Workspace" } }
                    @if let Some(user) = user { (menu(user)) }
                }
                main #content { (content) }
            }
        }
    }
}

fn menu(user: &User) -> Markup {
    html! {
        nav aria-label="Main" {
            a href="/" { "Organizations" }
            @if user.is_staff() { a href="/admin" { "Admin" } }
        }
        div.who {
            span title=(user.email) { (user.name) }
            (sign_out())
        }
    }
}

fn sign_out() -> Markup {
    html! { form method="post" action="/logout" { button.quiet { "Sign out" } } }
}

/// The tabs of an organization.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    Documents,
    Members,
    Keys,
    Audit,
    Settings,
}

/// Returns a page of an organization, with its tabs. Members without a role see only the tabs that
/// their role opens.
pub fn org_page(title: &str, user: &User, slug: &str, tab: Tab, content: &Markup) -> Markup {
    let membership = user.membership(slug);
    let name = membership.map_or(slug, |membership| membership.name.as_str());
    let tabs = [
        (Tab::Documents, "Documents", "", OrgRole::Viewer),
        (Tab::Members, "Members", "/members", OrgRole::Viewer),
        (Tab::Keys, "API keys", "/keys", OrgRole::Owner),
        (Tab::Audit, "Audit trail", "/audit", OrgRole::Owner),
        (Tab::Settings, "Settings", "/settings", OrgRole::Owner),
    ];
    let tabs = tabs.iter().filter(|(.., role)| user.orgs.grants_in(slug, *role));
    let content = html! {
        div.org {
            p.name { (name) @if let Some(membership) = membership { (role_badge(membership)) } }
            nav.tabs aria-label="Organization" {
                @for (this, label, path, _) in tabs {
                    a href={ "/orgs/" (slug) (path) } aria-current=[(*this == tab).then_some("page")] { (label) }
                }
            }
        }
        (content)
    };
    page(title, Some(user), &content)
}

pub fn role_badge(membership: &Membership) -> Markup {
    html! { span.badge { (membership.role) } }
}

/// Returns the page of an error.
pub fn error(status: StatusCode, sentence: &str, decision: Option<&str>) -> Markup {
    let title = status.canonical_reason().unwrap_or("Error");
    let content = html! {
        section.narrow.card {
            p.code { (status.as_u16()) }
            h1 { (title) }
            p { (sentence) }
            @if status == StatusCode::UNAUTHORIZED {
                p { a.button href="/login" { "Sign in" } }
            } @else {
                p { a.button.secondary href="/" { "Go to the start page" } }
            }
            @if let Some(decision) = decision {
                p.hint { "If this is wrong, tell your administrator this number: " code { (decision) } }
            }
            // A suspended user sees no other page.
            @if status == StatusCode::FORBIDDEN { (sign_out()) }
        }
    };
    page(title, None, &content)
}

/// A message after a change, named in the query of the redirect. The query is not shown, so that a
/// link cannot put words into the page.
#[derive(Clone, Copy, Default, Deserialize)]
pub struct Done {
    #[serde(default)]
    done: Option<Change>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    Saved,
    Created,
    Deleted,
    Added,
    Removed,
    Shared,
    Revoked,
    LastOwner,
    #[serde(other)]
    Unknown,
}

impl Done {
    pub fn message(self) -> Markup {
        let Some(change) = self.done else { return html! {} };
        let (class, text) = match change {
            Change::Saved => ("notice", "Saved."),
            Change::Created => ("notice", "Created."),
            Change::Deleted => ("notice", "Deleted."),
            Change::Added => ("notice", "Added."),
            Change::Removed => ("notice", "Removed."),
            Change::Shared => ("notice", "Shared."),
            Change::Revoked => ("notice", "Revoked. Programs with this key are now rejected."),
            Change::LastOwner => {
                ("notice problem", "An organization needs an owner. Name another one first.")
            }
            Change::Unknown => return html! {},
        };
        html! { p class=(class) role="status" { (text) } }
    }
}

/// Returns the sentence about a mistake in a form.
pub fn problem(sentence: Option<&str>) -> Markup {
    html! { @if let Some(sentence) = sentence { p.notice.problem role="alert" { (sentence) } } }
}

pub fn date(seconds: i64) -> Markup {
    let Ok(time) = OffsetDateTime::from_unix_timestamp(seconds) else { return html! { "-" } };
    let (day, clock) = (time.date(), format!("{:02}:{:02}", time.hour(), time.minute()));
    html! { time datetime={ (day) "T" (clock) "Z" } { (day) " " (clock) " UTC" } }
}

/// The address of a page of an organization.
pub fn at(slug: &str, path: &str) -> String {
    format!("/orgs/{slug}{path}")
}
