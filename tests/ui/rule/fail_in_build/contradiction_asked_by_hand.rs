#[path = "../../prelude.rs"]
mod prelude;

use authgate::{All, Authenticated, Not};
use prelude::{User, role};

fn main() {
    let user: Option<Authenticated<User>> = None;
    if let Some(user) = user {
        let _ = user.check::<All<(role::Admin, Not<role::Viewer>)>>();
    }
}
