#[derive(authgate::Permission)]
enum Permission {
    ReportsRead,
    #[permission(implies(ReportsRead))]
    ReportsWrite,
}

#[derive(authgate::Role)]
enum Role {
    #[role(grants(ReportsRead))]
    Viewer,
}

#[derive(authgate::Principal)]
#[principal(role = Role, permission = Permission, limited)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    roles: authgate::Roles<Role>,
}

fn main() {}
