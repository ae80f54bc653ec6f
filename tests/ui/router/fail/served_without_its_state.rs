#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Authenticated, Gate, Router};
use prelude::User;

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

async fn serve(listener: tokio::net::TcpListener) {
    let routes: Router<Gate<User>> = Router::new().route("/me", get(me));
    axum::serve(listener, routes).await.unwrap();
}

fn main() {}
