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
    orgs: authgate::right::TenantRoles<Role>,
}

async fn edit(_: authgate::Authorized<role::Viewer>) {}

fn main() {
    let _: authgate::Router<authgate::Gate<User>> =
        authgate::Router::new().route("/", authgate::routing::get(edit));
}
