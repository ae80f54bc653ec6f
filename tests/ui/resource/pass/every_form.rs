#[path = "../../prelude.rs"]
mod prelude;
#[path = "../report.rs"]
mod report;

use authgate::right::{Tenant, TenantFrom};
use authgate::routing::get;
use authgate::visible::{Column, Filter, ListPolicy, Listable, Page, VisibleList};
use authgate::{Authenticated, Authorized, Denial, Granted, Resource, Router, requires};
use authgate::resource::{Async, Child, Concealed, ConcealedUnless, Edit, Loaded, Nested, With};
use axum::extract::State;
use prelude::{Role, User, role};
use report::{App, CanAsk, CanEdit, CanRead, Report};

pub struct Patch {
    title: String,
}

impl Edit for Report {
    type Patch = Patch;

    fn edit(&mut self, patch: Patch) {
        self.title = patch.title;
    }
}

/// Accepts only a report that was checked.
fn save(report: Granted<CanEdit, Report>) -> String {
    report.into_resource().title
}

fn patch() -> Patch {
    Patch { title: "new".to_owned() }
}

#[requires(policy = CanEdit, on = Report, conceal)]
async fn attribute(report: Granted<CanEdit, Report>) -> String {
    save(report.edit(patch()))
}

#[requires(policy = CanEdit, on = Report, conceal = CanRead)]
async fn attribute_from(report: Granted<_>) -> String {
    save(report)
}

#[requires(role = "editor", policy = CanEdit, on = Report)]
async fn attribute_given(_: State<App>) {}

#[requires(policy = Async<CanAsk>, on = Report, principal = User)]
async fn attribute_asks() {}

async fn plain(report: Granted<CanEdit, Report>) -> String {
    save(report)
}

async fn asks(_: Granted<Async<CanAsk>, Report, User>) {}

async fn concealed(proof: Concealed<Granted<CanEdit, Report>>) -> String {
    save(proof.into_inner())
}

async fn concealed_from(hidden: ConcealedUnless<CanRead, Granted<CanEdit, Report>>) -> String {
    save(hidden.into_inner())
}

async fn given(proof: With<role::Editor, Granted<CanEdit, Report>>) -> String {
    save(proof.into_inner())
}

async fn given_concealed(proof: With<role::Editor, Concealed<Granted<CanEdit, Report>>, true>) -> String {
    save(proof.into_inner().into_inner())
}

async fn given_from(proof: With<role::Editor, ConcealedUnless<CanRead, Granted<CanEdit, Report>>>) -> String {
    save(proof.into_inner().into_inner())
}

async fn two((from, to): (Granted<CanRead, Report>, Granted<CanEdit, Report>)) -> String {
    from.title.clone() + &save(to)
}

async fn two_concealed(
    proof: Concealed<(Granted<CanRead, Report>, Granted<CanEdit, Report>)>,
) -> String {
    let (_, to) = proof.into_inner();
    save(to)
}

async fn two_given(
    proof: With<role::Editor, (Granted<CanRead, Report>, Concealed<Granted<CanEdit, Report>>)>,
) -> String {
    proof.0.title.clone()
}

pub struct Org;

impl Tenant for Org {
    const FROM: TenantFrom = TenantFrom::PathParameter("org");
}

impl Resource<App> for Org {
    type Key = String;
    type Error = std::convert::Infallible;

    async fn load(_: String, _: &App) -> Result<Option<Self>, Self::Error> {
        Ok(Some(Self))
    }
}

impl Nested<Org, App> for Report {
    type Key = u64;
    type Error = std::io::Error;

    async fn load(_: &Org, _: u64, _: &App) -> Result<Option<Self>, std::io::Error> {
        Ok(None)
    }
}

async fn child(report: Granted<CanEdit, Child<Org, Report>>) -> String {
    report.edit(patch()).title.clone()
}

pub struct Invoice {
    open: bool,
}

pub struct CanSee;

impl ListPolicy<Invoice> for CanSee {
    type Principal = User;

    fn filter(_: &User) -> Filter<Invoice> {
        const OPEN: Column<Invoice> = Column::new("open", |invoice| invoice.open.into());
        OPEN.is(true)
    }
}

impl Listable for Invoice {
    type By = CanSee;
}

fn show(page: &Granted<CanSee, Page<Invoice>>) -> String {
    page.len().to_string()
}

async fn list(visible: VisibleList<Invoice>) -> String {
    show(&visible.page(Loaded::from_store(Vec::new())))
}

async fn list_by(user: Authenticated<User>) -> Result<String, Denial> {
    Ok(show(&user.visible::<Invoice>()?.page(Loaded::from_store(Vec::new()))))
}

async fn by_hand(user: Authenticated<User>, State(app): State<App>) -> Result<String, Denial> {
    let Ok(Some(report)) = Loaded::<Report>::load(1, &app).await else { return Err(user.not_found()) };
    let report = user.authorize_on::<CanRead, _>(report)?.authorize::<CanEdit>()?;
    Ok(save(report))
}

async fn by_hand_asks(editor: Authorized<role::Editor>, State(app): State<App>) -> Result<(), Denial> {
    let report = Loaded::from_store(Report { owner: String::new(), title: String::new() });
    let report = editor.into_authenticated().authorize_on_async::<CanAsk, _, _>(report, &app).await?;
    Err(report.gone())
}

fn main() {
    let _: Role = Role::Viewer;
    let _: Router<App> = Router::new()
        .route(
            "/attribute/{id}",
            get(attribute).put(attribute_from).post(attribute_given).patch(attribute_asks),
        )
        .route("/plain/{id}", get(plain).put(asks))
        .route("/concealed/{id}", get(concealed).put(concealed_from))
        .route("/given/{id}", get(given).put(given_concealed).post(given_from))
        .route("/two/{a}/{b}", get(two).put(two_concealed).post(two_given))
        .route("/orgs/{org}/{id}", get(child))
        .route("/invoices", get(list).put(list_by))
        .route("/hand", get(by_hand).put(by_hand_asks));
}
