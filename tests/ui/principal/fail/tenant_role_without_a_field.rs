#[derive(authgate::Role)]
enum Role {
    Owner,
}

#[derive(authgate::Role)]
enum OrgRole {
    Owner,
}

#[derive(authgate::Principal)]
#[principal(role = Role, tenant_role = OrgRole)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    roles: authgate::Roles<Role>,
}

fn main() {}
