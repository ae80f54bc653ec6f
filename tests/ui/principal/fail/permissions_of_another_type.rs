#[derive(authgate::Permission)]
enum Permission {
    ReportsRead,
    #[permission(implies(ReportsRead))]
    ReportsWrite,
}

#[derive(authgate::Principal)]
#[principal(permission = Permission)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(permissions)]
    permissions: Vec<String>,
}

fn main() {}
