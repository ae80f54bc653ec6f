#[derive(authgate::Role)]
enum Role {
    Owner,
}

#[derive(authgate::Role)]
enum OrgRole {
    Owner,
}

#[derive(authgate::Principal)]
#[principal(tenant_role = OrgRole, tenant_role = Role)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(tenant_roles)]
    orgs: authgate::right::TenantRoles<OrgRole>,
}

fn main() {}
