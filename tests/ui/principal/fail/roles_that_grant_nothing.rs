#[derive(authgate::Permission)]
enum Permission {
    ReportsRead,
    #[permission(implies(ReportsRead))]
    ReportsWrite,
}

#[derive(authgate::Role)]
enum Role {
    Viewer,
}

#[derive(authgate::Principal)]
#[principal(role = Role, permission = Permission)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    roles: authgate::Roles<Role>,
}

fn main() {}
