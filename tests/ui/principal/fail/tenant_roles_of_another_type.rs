#[derive(authgate::Role)]
enum Role {
    Viewer,
}

#[derive(authgate::Principal)]
#[principal(role = Role)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(tenant_roles)]
    orgs: std::collections::HashMap<String, authgate::Roles<Role>>,
}

fn main() {}
