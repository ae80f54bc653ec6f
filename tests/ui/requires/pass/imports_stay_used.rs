//! Replacing the user's types leaves no unused imports, and aliases of the types are accepted.
#![deny(warnings)]
#[path = "../../prelude.rs"]
mod prelude;
#[path = "../../resource/report.rs"]
mod report;

mod named {
    pub use authgate::{Authorized, Granted};
}

mod by_name {
    use authgate::Authorized;

    use crate::prelude::Role;

    #[authgate::requires(role = "admin")]
    pub async fn by_name(admin: Authorized<_>) -> String {
        admin.sub.clone()
    }

    #[authgate::requires(role = "admin")]
    pub async fn unnamed(_: Authorized<_>) {}

    #[authgate::requires(role = "admin", conceal)]
    pub async fn mutable(mut admin: Authorized<_>) {
        let other = &mut admin;
        drop(other.sub.clone());
    }
}

use authgate::{Gate, Granted, Router, requires, routing::get};
use prelude::{Role, User, role};
use authgate::resource::Async;
use report::{App, CanAsk, CanEdit, Report};

type Authorized<R> = authgate::Authorized<R, User>;
pub type MayEdit = CanEdit;

#[requires(role = "admin")]
async fn alias(admin: Authorized<_>) -> String {
    admin.sub.clone()
}

#[requires(role = "admin")]
async fn by_path(admin: named::Authorized<_>) -> String {
    admin.sub.clone()
}

mod aliased {
    pub use crate::MayEdit as CanEdit;
}

#[requires(policy = CanEdit, on = Report)]
async fn alias_of_a_policy(report: named::Granted<aliased::CanEdit, _>) -> String {
    report.title.clone()
}

#[requires(policy = CanEdit, on = Report, conceal)]
#[tracing::instrument(skip(report), fields(title = report.title))]
async fn recorded(report: Granted<_, _>) -> String {
    report.into_resource().title
}

#[requires(policy = Async<CanAsk>, on = Report, principal = User, role = "editor")]
async fn asks(ref report: Granted<_, _>) -> String {
    report.title.clone()
}

#[requires(policy = CanEdit, on = Report, conceal)]
async fn unnamed(_: Granted<_, _>) {}

fn main() {
    let _: Option<role::Admin> = None;
    let _: Router<Gate<User>> = Router::new()
        .route("/", get(alias).put(by_path).post(by_name::by_name))
        .route("/more", get(by_name::unnamed).put(by_name::mutable));
    let _: Router<App> = Router::new()
        .route("/{id}", get(alias_of_a_policy).put(recorded).post(asks).patch(unnamed));
}
