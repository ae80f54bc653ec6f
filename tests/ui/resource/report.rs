// A resource and its policies. Cases include it by path below the prelude.

use authgate::resource::AsyncPolicy;
use authgate::{Context, Decision, Gate, Policy, Resource};
use axum::extract::FromRef;

use crate::prelude::User;

#[derive(Clone, FromRef)]
pub struct App {
    pub gate: Gate<User>,
}

pub struct Report {
    pub owner: String,
    pub title: String,
}

impl Resource<App> for Report {
    type Key = u64;
    type Error = std::io::Error;

    async fn load(_: u64, _: &App) -> Result<Option<Self>, std::io::Error> {
        Ok(None)
    }
}

pub struct CanRead;

impl Policy<Report> for CanRead {
    type Principal = User;

    fn decide(_: &User, _: &Report) -> Decision {
        Decision::Allow
    }
}

pub struct CanEdit;

impl Policy<Report> for CanEdit {
    type Principal = User;

    fn decide(user: &User, report: &Report) -> Decision {
        Decision::allow_if(user.sub == report.owner)
    }
}

/// An asynchronous policy.
pub struct CanAsk;

impl AsyncPolicy<Report, App> for CanAsk {
    type Principal = User;

    async fn decide(_: &User, _: &Context, _: &Report, _: &App) -> Decision {
        Decision::Unavailable
    }
}
