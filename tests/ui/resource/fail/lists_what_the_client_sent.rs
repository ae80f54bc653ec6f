use authgate::visible::{Column, Filter, Listed, Page, Visibility};
use authgate::{Granted, Visible};

#[derive(authgate::Principal, serde::Deserialize)]
pub struct User {
    #[principal(id)]
    pub sub: String,
}

pub struct Report {
    owner: String,
}

pub struct CanRead;

impl Visibility<Report> for CanRead {
    type Principal = User;

    fn filter(user: &User) -> Filter<Report> {
        const OWNER: Column<Report> = Column::new("owner", |report| report.owner.as_str().into());
        OWNER.is(&user.sub)
    }
}

impl Listed for Report {
    type By = CanRead;
}

fn list(visible: Visible<Report>, sent: Vec<Report>) -> Granted<CanRead, Page<Report>> {
    visible.page(sent)
}

fn main() {}
