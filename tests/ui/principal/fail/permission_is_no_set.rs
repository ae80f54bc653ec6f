enum Permission {
    ReportsRead,
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
    #[principal(permissions)]
    permissions: authgate::Permissions<Permission>,
}

fn main() {}
