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
#[principal(role = Role)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    roles: authgate::Roles<Role>,
    #[principal(permissions)]
    permissions: authgate::Permissions<Permission>,
}

fn main() {}
