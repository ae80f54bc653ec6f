#[derive(authgate::Permission)]
enum Permission {
    ReportsRead,
    #[permission(implies(ReportsRead))]
    ReportsWrite,
}

#[derive(authgate::Role)]
#[role(permissions = Permission, permissions = Permission)]
enum Role {
    #[role(grants(ReportsRead))]
    Viewer,
}

fn main() {}
