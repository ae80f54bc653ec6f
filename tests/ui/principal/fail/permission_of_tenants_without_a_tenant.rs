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
#[principal(role = Role, permission = Permission)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(tenant_roles)]
    orgs: authgate::right::TenantRoles<Role>,
}

async fn edit(_: authgate::Authorized<permission::ReportsRead>) {}

fn main() {
    let _: authgate::Router<authgate::Gate<User>> =
        authgate::Router::new().route("/", authgate::routing::get(edit));
}
