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

#[derive(authgate::Right)]
struct Active;

impl authgate::right::Requirement<User> for Active {
    fn decide(_: &User, _: &authgate::Context) -> authgate::Decision {
        authgate::Decision::Allow
    }
}

async fn edit(_: authgate::Authorized<Active>) {}

fn main() {}
