#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::{get, post};
use authgate::{Authenticated, Authorized, Either, Gate, Router};
use axum::extract::{FromRef, Path, State};
use prelude::{User, role};

// A type with the same name as another principal.
mod machines {
    #[derive(authgate::Principal)]
    pub struct User {
        #[principal(id)]
        pub serial: u64,
    }
}

#[derive(Clone, FromRef)]
struct App {
    users: Gate<User>,
    machines: Gate<machines::User>,
}

async fn upload(caller: Either<Authenticated<User>, Authenticated<machines::User>>, _: Path<u64>, _: String) {
    match caller {
        Either::Left(user) => drop(user.sub.clone()),
        Either::Right(machine) => drop(machine.serial),
    }
}

async fn purge(_: Either<Authorized<role::Admin>, Authenticated<machines::User>>, _: State<App>) {}

fn main() {
    let _: Router<App> =
        Router::new().route("/uploads/{id}", post(upload)).route("/purge", get(purge).delete(async |
            _: Either<Authenticated<machines::User>, Authorized<role::Admin>>,
        | {}));
}
