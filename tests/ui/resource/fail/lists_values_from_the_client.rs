use authgate::visible::{Column, Filter, ListPolicy, Listable, Page, VisibleList};
use authgate::Granted;

#[derive(authgate::Principal, serde::Deserialize)]
pub struct User {
    #[principal(id)]
    pub sub: String,
}

pub struct Report {
    owner: String,
}

pub struct CanRead;

impl ListPolicy<Report> for CanRead {
    type Principal = User;

    fn filter(user: &User) -> Filter<Report> {
        const OWNER: Column<Report> = Column::new("owner", |report| report.owner.as_str().into());
        OWNER.is(&user.sub)
    }
}

impl Listable for Report {
    type By = CanRead;
}

fn list(visible: VisibleList<Report>, sent: Vec<Report>) -> Granted<CanRead, Page<Report>> {
    visible.page(sent)
}

fn main() {}
