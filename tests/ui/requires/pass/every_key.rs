//! Every key, nested lists, and every pattern of the parameter.
#![deny(warnings)]
#![allow(dead_code)]

include!("../../prelude.rs");

use authgate::access::{Own, Rule};
use authgate::right::{Right, Beside, ConstStr, HasRightsIn, Requirement, RightOf, Tenant, TenantFrom};
use authgate::routing::{get, post};
use authgate::scheme::{Basic, Bearer};
use authgate::{Authorized, Context, Decision, Gate, Granted, Policy, Resource, Router, requires};
use authgate::denial::DenialMessage;

impl HasRightsIn<Role> for User {
    fn held_in(&self, _: &str) -> u128 {
        0
    }
}

struct Org;

impl Tenant for Org {
    const FROM: TenantFrom = TenantFrom::PathParameter("org");
}

struct Active;

impl Right for Active {
    const RULE: &'static Rule = &Rule::Own(Own::new("policy", "active", &DenialMessage::DENIED));
}

impl Requirement<User> for Active {
    fn decide(_: &User, _: &Context) -> Decision {
        Decision::Allow
    }
}

impl RightOf for Active {
    type Principal = User;
}

impl Beside<User> for Active {}

struct Gold;

impl ConstStr for Gold {
    const TEXT: &'static str = "urn:example:gold";
}

struct Report;

impl<S: Sync> Resource<S> for Report {
    type Key = u64;
    type Error = std::io::Error;
    const PARAMETERS: &'static [&'static str] = &["id"];

    async fn load(_: u64, _: &S) -> Result<Option<Self>, std::io::Error> {
        Ok(None)
    }
}

struct CanEdit;
struct CanRead;

impl Policy<Report> for CanEdit {
    type Principal = User;

    fn decide(_: &User, _: &Report) -> Decision {
        Decision::Allow
    }
}

impl Policy<Report> for CanRead {
    type Principal = User;

    fn decide(_: &User, _: &Report) -> Decision {
        Decision::Allow
    }
}

mod alias {
    pub type Granted<R, T> = authgate::Granted<R, T, super::User>;
}

#[requires(any(role = "admin", all(role = "editor", scope = "reports:write")))]
async fn any() {}

#[requires(all(role = Role::Editor, any(scope = Scope::WriteReports, not(all(role = "viewer", acr = Gold)))))]
async fn nested(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(fresh = "5m", acr = "urn:a urn:b", factor = "otp", factor = Gold, issuer = "https://a.example", issuer = Gold, principal = User)]
async fn login() {}

#[requires(not(any(scheme = Basic, fresh = "1d")), any(scheme = Bearer, scheme = Basic), principal = User)]
async fn schemes() {}

#[requires(role = "editor", in = Org, any(role = "admin", role = "viewer", in = Org))]
async fn tenants() {}

#[requires(any(all(role = "admin", in = Org), role = "viewer"))]
async fn operators(by: Authorized<_>) {
    either(&by);
}

fn either(_: &impl authgate::Proof<authgate::right::Any<(authgate::right::In<Org, role::Admin>, role::Viewer)>>) {}

#[requires(all(role = "editor", in = Org), not(role = "viewer"))]
async fn nobody_of_everywhere() {}

#[requires(not(policy = Active), role = "editor", waive = Active, reason = "suspended users may appeal")]
async fn policy() {}

#[requires(waive = Active, reason = "signs out", principal = User)]
async fn waived() {}

#[requires(role = "admin", conceal)]
async fn concealed(mut admin: Authorized<_>) -> String {
    let lent = &mut admin;
    lent.sub.clone()
}

#[requires(role = "admin", conceal)]
async fn concealed_and_hidden() {}

#[requires(policy = CanEdit, on = Report)]
async fn hidden() {}

#[requires(policy = CanEdit, on = Report)]
async fn completed(_: Granted<_>) {}

#[requires(policy = CanEdit, on = Report, principal = User)]
async fn of_whom(mut report: Granted<_, _>) -> String {
    let lent = &mut report;
    lent.principal().sub.clone()
}

#[requires(policy = CanEdit, on = Report, conceal)]
async fn by_alias(ref report: alias::Granted<CanEdit, _>) -> String {
    report.principal().sub.clone()
}

#[requires(policy = CanEdit, on = Report, conceal = CanRead)]
async fn known(_: Granted<CanEdit, Report>) {}

#[requires(role = "editor", in = Org, policy = CanEdit, on = Report, conceal = CanRead)]
async fn given(report: Granted<_, _>) -> String {
    report.principal().sub.clone()
}

#[requires(any(role = "admin", policy = CanEdit, on = Report))]
async fn owner_or_admin(report: Granted<_, Report>) -> String {
    report.principal().sub.clone()
}

#[requires(scope = "reports:write", any(role = "admin", policy = CanEdit, on = Report), conceal)]
async fn without_the_resource(by: Authorized<_>) -> String {
    by.sub.clone()
}

#[requires(any(fresh = "5m", not(policy = CanEdit, on = Report)), conceal = CanRead, principal = User)]
async fn without_a_parameter() {}

#[requires(policy = CanEdit, on = Report, all(policy = CanRead, on = Report, role = "viewer"))]
async fn several_policies(_: Granted<_>) {}

fn main() {
    let _routes = Router::<Gate<User>>::new()
        .route("/any", get(any).post(nested))
        .route("/login", get(login).post(schemes))
        .route("/policy", get(policy).post(waived))
        .route("/concealed", get(concealed).post(concealed_and_hidden))
        .route("/orgs/{org}", get(tenants).post(operators).put(nobody_of_everywhere))
        .route("/reports/{id}", get(hidden).post(completed).put(of_whom).delete(by_alias).patch(known))
        .route("/orgs/{org}/reports/{id}", post(given))
        .route("/notes/{id}", get(owner_or_admin).post(without_the_resource).put(without_a_parameter))
        .route("/notes/{id}/all", get(several_policies));
}
