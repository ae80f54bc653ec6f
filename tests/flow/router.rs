//! The router: axum's, with a declaration on every route.

mod methods;
mod compose;
mod fallbacks;
mod services;
mod ungated;
mod layers;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::{Mutex, PoisonError};

use authgate::{Authorized, public};
use authgate_tests::app::role;
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::token::token_of;
use http::Method;

pub(crate) async fn admin(_: Authorized<role::Admin>, method: Method) -> String {
    format!("admin {method}")
}

pub(crate) async fn viewer(_: Authorized<role::Viewer>, method: Method) -> String {
    format!("viewer {method}")
}

#[public(reason = "a test")]
pub(crate) async fn open(method: Method) -> String {
    format!("open {method}")
}

/// Asserts that the route allows only admins, and responds with this body.
#[track_caller]
fn assert_admins_only<'a>(
    app: &'a axum::Router,
    line: &'a str,
    body: &'a str,
) -> impl Future<Output = ()> + 'a {
    assert_statuses(app, line, [401, 403, 200], body)
}

/// Asserts that the route allows viewers and admins, and responds with this body.
#[track_caller]
fn assert_viewers_only<'a>(
    app: &'a axum::Router,
    line: &'a str,
    body: &'a str,
) -> impl Future<Output = ()> + 'a {
    assert_statuses(app, line, [401, 200, 200], body)
}

/// Asserts that the route is public, and responds with this body.
#[track_caller]
fn assert_public<'a>(app: &'a axum::Router, line: &'a str, body: &'a str) -> impl Future<Output = ()> + 'a {
    assert_statuses(app, line, [200, 200, 200], body)
}

async fn assert_statuses(app: &axum::Router, line: &str, [anonymous, viewer, admin]: [u16; 3], body: &str) {
    assert_eq!(ask(app, line, &[]).await.status, anonymous, "{line}, anonymous");
    assert_eq!(ask_with(app, line, &token_of(&["viewer"])).await.status, viewer, "{line}, viewer");
    let answer = ask_with(app, line, &token_of(&["admin"])).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (admin, body), "{line}, admin");
}

/// Returns the message of a panic, with the file and line of its location.
fn panic_of<T>(run: impl FnOnce() -> T) -> (String, String, u32) {
    // The panic hook is global to the process.
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let place = std::sync::Arc::new(Mutex::new((String::new(), 0)));
    let (seen, me) = (std::sync::Arc::clone(&place), std::thread::current().id());
    let before = take_hook();
    set_hook(Box::new(move |info| {
        if let (Some(at), true) = (info.location(), std::thread::current().id() == me) {
            *seen.lock().unwrap_or_else(PoisonError::into_inner) = (at.file().to_owned(), at.line());
        }
    }));
    let result = catch_unwind(AssertUnwindSafe(|| drop(run())));
    set_hook(before);
    let text = text_of(result.expect_err("a panic").as_ref());
    let (file, line) = place.lock().unwrap_or_else(PoisonError::into_inner).clone();
    (text, file, line)
}

fn text_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).expect("a text")
}
