#[path = "../../prelude.rs"]
mod prelude;

use std::sync::Arc;

use authgate::routing::get;
use authgate::{Decision, Gate, Granted, Policy, Resource, Router};
use axum::extract::FromRef;
use prelude::User;

#[derive(FromRef)]
struct App {
    gate: Gate<User>,
}

struct Note;

impl Resource<Arc<App>> for Note {
    type Key = u64;
    type Error = std::io::Error;

    async fn load(_: u64, _: &Arc<App>) -> Result<Option<Self>, std::io::Error> {
        Ok(None)
    }
}

struct Owns;

impl Policy<Note> for Owns {
    type Principal = User;

    fn decide(_: &User, _: &Note) -> Decision {
        Decision::Allow
    }
}

async fn read(_: Granted<Owns, Note>) {}

fn main() {
    let _: Router<Arc<App>> = Router::new().route("/notes/{id}", get(read));
}
