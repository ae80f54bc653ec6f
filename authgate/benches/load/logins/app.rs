//! The application: users in a database, with passwords hashed by bcrypt with cost 12.

use authgate::password::Passwords;
use authgate::scheme::Basic;
use authgate::{Authenticated, Gate};

/// The password of every user.
pub(super) const PASSWORD: &str = "correct horse";

/// The hash of [`PASSWORD`].
const STORED: &str = "$2b$12$N9qo8uLOickgx2ZMRZoMyeZgvdYuT0nWX1dSOrmMrdhIpcCb1nx2u";

#[derive(authgate::Principal)]
struct User {
    #[principal(id)]
    name: String,
}

/// Prefixes of existing user names.
const USERS: [&str; 4] = ["seen", "burst", "new", "known"];

fn find(name: &str) -> Option<(&'static str, User)> {
    let exists = USERS.iter().any(|prefix| name.starts_with(prefix));
    exists.then(|| (STORED, User { name: name.to_owned() }))
}

/// Returns the default number of concurrent hashes.
pub(super) fn at_once() -> usize {
    (std::thread::available_parallelism().map_or(1, usize::from) / 2).max(1)
}

pub(crate) fn router() -> axum::Router {
    let passwords = Passwords::new().like(STORED).expect("a hash");
    let users = move |name: String, password: String| {
        let passwords = passwords.clone();
        async move { passwords.login(&name, find(&name), &password).await }
    };
    let gate = Gate::<User>::builder().scheme(Basic::new(users).realm("api")).build().expect("a gate");
    let get = authgate::routing::get(|user: Authenticated<User>| async move { user.name.clone() });
    authgate::Router::new().route("/thing", get).with_state(gate)
}
