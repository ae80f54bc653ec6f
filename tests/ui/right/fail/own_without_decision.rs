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
#[right(principal = User)]
struct Active;

async fn edit(_: authgate::Authorized<Active>) {}

fn main() {
    let _: authgate::Router<authgate::Gate<User>> =
        authgate::Router::new().route("/", authgate::routing::get(edit));
}
