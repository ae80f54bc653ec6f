#[derive(authgate::Role)]
enum Role {
    Viewer,
}

#[derive(authgate::Principal)]
#[principal(role = Role)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    roles: authgate::Roles<Role>,
}

struct Org;
impl authgate::right::Tenant for Org {
    const FROM: authgate::right::TenantFrom = authgate::right::TenantFrom::PathParameter("org");
}

async fn edit(_: authgate::Authorized<authgate::right::In<Org, role::Viewer>>) {}

fn main() {
    let _: authgate::Router<authgate::Gate<User>> =
        authgate::Router::new().route("/", authgate::routing::get(edit));
}
