#![allow(unused_imports)]

use authgate::routing::get;
use authgate::{Authorized, Gate, Principal, Role, Roles, Router, Scope, Scopes, requires};

#[derive(Role)]
enum Role {
    Admin,
}

#[derive(Scope)]
enum Scope {
    Read,
}

#[derive(Principal)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(scopes)]
    scopes: Scopes<Scope>,
}

#[requires(scope = "read")]
async fn read(reader: Authorized<_>) -> String {
    reader.sub.clone()
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(read));
}
