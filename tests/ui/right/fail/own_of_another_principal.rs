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

#[derive(authgate::Principal)]
struct Visitor {
    #[principal(id)]
    id: u64,
}

#[derive(authgate::Right)]
#[right(principal = Visitor)]
struct Active;

impl authgate::right::Requirement<Visitor> for Active {
    fn decide(_: &Visitor, _: &authgate::Context) -> authgate::Decision {
        authgate::Decision::Allow
    }
}

async fn edit(_: authgate::Authorized<authgate::right::All<(role::Viewer, Active)>>) {}

fn main() {}
