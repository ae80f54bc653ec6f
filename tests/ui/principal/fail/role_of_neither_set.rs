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
    #[principal(tenant_roles)]
    orgs: authgate::right::TenantRoles<OrgRole>,
}

struct Org;
impl authgate::right::Tenant for Org {
    const FROM: authgate::right::TenantFrom = authgate::right::TenantFrom::PathParameter("org");
}

#[derive(authgate::Role)]
enum SupportRole {
    Agent,
}

#[authgate::requires(role = SupportRole::Agent, in = Org)]
async fn edit() {}

fn main() {}
