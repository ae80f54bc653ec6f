#[derive(authgate::Role)]
enum Role {
    Viewer,
}

#[derive(authgate::Principal)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(tenant_roles)]
    orgs: authgate::right::TenantRoles<Role>,
}

fn main() {}
