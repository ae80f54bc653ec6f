enum Permission {
    ReportsRead,
}

#[derive(authgate::Principal)]
#[principal(permission = Permission)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(permissions)]
    permissions: authgate::Permissions<Permission>,
}

fn main() {}
