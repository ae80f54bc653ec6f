//! Pages of documents.

use authgate::resource::Child;
use authgate::{Authorized, Granted, Policy as _, requires};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use crate::db::Db;
use crate::documents::{self, CanEdit, CanManage, CanRead, Document, Draft};
use crate::error::{Fields, PageError};
use crate::layout::{self, Done, Tab, at, date, org_page};
use crate::orgs::{Org, slug};
use crate::users::{OrgRole, User};

// With `conceal`, what a caller may not know is 404: the documents of an organization for callers
// that are not its members, and a document for callers that may not read it. Readers that may not
// edit it get 403.
//
// A rule of a role alone needs no `conceal`: its 403 is the same for an organization that does not
// exist.

#[requires(role = OrgRole::Viewer, in = Org, conceal)]
pub async fn list(
    member: Authorized<_>,
    State(db): State<Db>,
    Path(slug): Path<String>,
    Query(done): Query<Done>,
) -> Result<Markup, PageError> {
    let can_create = member.orgs.grants_in(&slug, OrgRole::Editor);
    let documents = documents::list(&db, member).await?;
    let user = documents.principal();
    let content = html! {
        (done.message())
        div.head {
            h1 { "Documents" }
            @if can_create { a.button href={ "/orgs/" (slug) "/documents/new" } { "New document" } }
        }
        @if documents.is_empty() { p.empty { "There are no documents that you may read." } }
        ul.list {
            @for document in documents.iter() {
                li { a href={ "/orgs/" (slug) "/documents/" (document.id) } {
                    span { strong { (document.title) } span.meta { (document.owner_name) ", " (date(document.updated)) } }
                    (access_badge(document, user))
                } }
            }
        }
        @if documents.len() == documents::LONGEST_LIST { p.hint { "The newest " (documents.len()) "." } }
    };
    Ok(org_page("Documents", user, &slug, Tab::Documents, &content))
}

fn access_badge(document: &Document, user: &User) -> Markup {
    let (class, text) = match (document.open, document.owner == user.id) {
        (true, _) => ("badge open", "All members"),
        (false, true) if document.shares.is_empty() => ("badge private", "Only you"),
        (false, true) => ("badge shared", "Shared by you"),
        (false, false) => ("badge shared", "Shared with you"),
    };
    html! { span class=(class) { (text) } }
}

#[requires(role = OrgRole::Editor, in = Org)]
pub async fn new(by: Authorized<_>) -> Markup {
    draft_page(&by, slug(by.context()), &Draft::default(), None, None)
}

#[requires(role = OrgRole::Editor, in = Org)]
pub async fn create(
    by: Authorized<_>,
    State(db): State<Db>,
    Fields(draft): Fields<Draft>,
) -> Result<Response, PageError> {
    let slug = slug(by.context());
    let draft = match draft.valid() {
        Ok(draft) => draft,
        Err((draft, problem)) => {
            let page = draft_page(&by, slug, &draft, None, Some(problem));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let id = documents::create(&db, slug, &by.id, &draft).await?;
    Ok(Redirect::to(&at(slug, &format!("/documents/{id}?done=created"))).into_response())
}

#[requires(role = OrgRole::Viewer, in = Org, policy = CanRead, on = Child<Org, Document>, conceal)]
pub async fn read(document: Granted<_, Child<Org, Document>>, Query(done): Query<Done>) -> Markup {
    document_page(document.principal(), &document, done, None)
}

#[requires(role = OrgRole::Viewer, in = Org, policy = CanEdit, on = Child<Org, Document>, conceal = CanRead)]
pub async fn edit(document: Granted<_, Child<Org, Document>>) -> Markup {
    let draft = Draft { title: document.title.clone(), body: document.body.clone(), open: document.open };
    draft_page(document.principal(), &document.org, &draft, Some(&document), None)
}

#[requires(role = OrgRole::Viewer, in = Org, policy = CanEdit, on = Child<Org, Document>, conceal = CanRead)]
pub async fn save(
    document: Granted<_, Child<Org, Document>>,
    State(db): State<Db>,
    Fields(draft): Fields<Draft>,
) -> Result<Response, PageError> {
    let user = document.principal();
    let draft = match draft.valid() {
        Ok(draft) => draft,
        Err((draft, problem)) => {
            let page = draft_page(user, &document.org, &draft, Some(&document), Some(problem));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    // Only the owner decides who reads the document.
    let open = if document.owner == user.id { draft.open } else { document.open };
    let document = document.edit(Draft { open, ..draft });
    documents::save(&db, &document).await?;
    Ok(Redirect::to(&format!("{}?done=saved", address(&document))).into_response())
}

#[derive(Deserialize)]
pub struct NewShare {
    #[serde(default)]
    email: String,
    #[serde(default)]
    can_edit: bool,
}

#[requires(role = OrgRole::Viewer, in = Org, policy = CanManage, on = Child<Org, Document>, conceal = CanRead)]
pub async fn share(
    document: Granted<_, Child<Org, Document>>,
    State(db): State<Db>,
    Fields(form): Fields<NewShare>,
) -> Result<Response, PageError> {
    if documents::share(&db, &document, &form.email, form.can_edit).await? {
        return Ok(Redirect::to(&format!("{}?done=shared", address(&document))).into_response());
    }
    let problem = Some("No member of the organization has this address.");
    let page = document_page(document.principal(), &document, Done::default(), problem);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

#[requires(role = OrgRole::Viewer, in = Org, policy = CanManage, on = Child<Org, Document>, conceal = CanRead)]
pub async fn unshare(
    document: Granted<_, Child<Org, Document>>,
    State(db): State<Db>,
    Path((_, _, reader)): Path<(String, String, String)>,
) -> Result<Redirect, PageError> {
    documents::unshare(&db, &document, &reader).await?;
    Ok(Redirect::to(&format!("{}?done=removed", address(&document))))
}

#[requires(role = OrgRole::Viewer, in = Org, policy = CanManage, on = Child<Org, Document>, conceal = CanRead)]
pub async fn delete(
    document: Granted<_, Child<Org, Document>>,
    State(db): State<Db>,
) -> Result<Redirect, PageError> {
    let list = at(&document.org, "?done=deleted");
    documents::delete(&db, document).await?;
    Ok(Redirect::to(&list))
}

fn address(document: &Document) -> String {
    format!("/orgs/{}/documents/{}", document.org, document.id)
}

fn document_page(user: &User, document: &Document, done: Done, problem: Option<&str>) -> Markup {
    let (here, is_owner) = (address(document), document.owner == user.id);
    let content = html! {
        (done.message())
        article.document {
            div.head {
                h1 { (document.title) }
                // The same policy that decides the request.
                @if CanEdit::decide(user, document).is_allowed() {
                    a.button.secondary href={ (here) "/edit" } { "Edit" }
                }
            }
            p.meta { (document.owner_name) ", " (date(document.updated)) " " (access_badge(document, user)) }
            div.text { (document.body) }
        }
        @if is_owner { (sharing(document, &here, problem)) }
    };
    org_page(&document.title, user, &document.org, Tab::Documents, &content)
}

fn sharing(document: &Document, here: &str, problem: Option<&str>) -> Markup {
    html! {
        section.card {
            h2 { "Sharing" }
            @if document.open { p.hint { "Every member reads this document, and editors may change it." } }
            @if !document.shares.is_empty() {
                ul.list.plain {
                    @for share in &document.shares {
                        li {
                            span { (share.name) span.meta { @if share.can_edit { "may edit" } @else { "may read" } } }
                            form method="post" action={ (here) "/shares/" (share.reader) "/remove" } {
                                button.quiet aria-label={ "Stop sharing with " (share.name) } { "Remove" }
                            }
                        }
                    }
                }
            }
            (layout::problem(problem))
            form.row method="post" action={ (here) "/shares" } {
                label { "E-mail address of a member" input type="email" name="email" required; }
                label.check { input type="checkbox" name="can_edit" value="true"; "May edit" }
                button { "Share" }
            }
        }
        // A second click, without a script.
        details.end {
            summary { "Delete this document" }
            form method="post" action={ (here) "/delete" } { button.danger { "Delete forever" } }
        }
    }
}

/// Returns the form of a new document, or of one that is edited.
fn draft_page(
    user: &User,
    slug: &str,
    draft: &Draft,
    edited: Option<&Document>,
    problem: Option<&str>,
) -> Markup {
    let title = if edited.is_some() { "Edit" } else { "New document" };
    let (to, back) = match edited {
        Some(document) => (address(document), address(document)),
        None => (at(slug, "/documents"), at(slug, "")),
    };
    let content = html! {
        h1 { (title) }
        (layout::problem(problem))
        form.stack method="post" action=(to) {
            label { "Title" input name="title" value=(draft.title) maxlength="120" required; }
            label { "Text" textarea name="body" rows="14" { (draft.body) } }
            @if edited.is_none_or(|document| document.owner == user.id) {
                label.check {
                    input type="checkbox" name="open" value="true" checked[draft.open];
                    "All members of the organization may read it"
                }
            }
            div.row { button { "Save" } a.button.secondary href=(back) { "Cancel" } }
        }
    };
    org_page(title, user, slug, Tab::Documents, &content)
}
