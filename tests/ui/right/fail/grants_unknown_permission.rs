#[derive(authgate::Permission)]
enum Permission {
    ReportsRead,
    #[permission(implies(ReportsRead))]
    ReportsWrite,
}

#[derive(authgate::Role)]
enum Role {
    Viewer,
    #[role(implies(Viewer), grants(ReportsWrit))]
    Editor,
}

fn main() {}
