#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::{any, get};
use authgate::{Authenticated, Authorized, Gate, HasGate, Router, requires};
use axum::extract::{Path, Request};
use axum::handler::Handler as _;
use axum::response::IntoResponse;
use prelude::{Role, User, role};

struct Reports;

impl Reports {
    #[requires(role = "editor")]
    async fn write(editor: Authorized<_>, Path((org, id)): Path<(String, u64)>) -> String {
        format!("{} {org} {id}", editor.sub)
    }
}

async fn generic<T: Send + Sync + 'static>(_: Authorized<role::Admin>) -> &'static str
where
    T: Default,
{
    "ok"
}

fn boxed(_: Authenticated<User>) -> std::pin::Pin<Box<dyn Future<Output = String> + Send>> {
    Box::pin(async { "boxed".into() })
}

async fn whole(_: Authenticated<User>, request: Request) -> impl IntoResponse {
    request.uri().path().to_owned()
}

fn routes<S: HasGate<User> + Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/reports/{org}/{id}", get(Reports::write))
        .route("/generic", get(generic::<u8>).post(generic::<String>))
        .route("/boxed", get(boxed).fallback(whole))
        .route("/closure", any(|_: Authenticated<User>, Path(()): Path<()>| async { "closed" }))
        .route("/layered", get(whole.layer(tower::layer::layer_fn(|inner| inner))))
}

fn main() {
    let _: Router<Gate<User>> = Router::new().nest("/api", routes()).merge(routes());
}
