#[derive(authgate::Permission)]
enum Permission {
    ReportsRead,
    #[permission(implies(ReportsRead))]
    ReportsWrite,
}

#[derive(authgate::Scope)]
enum Scope {
    #[scope(allows(ReportRead))]
    Read,
}

fn main() {}
