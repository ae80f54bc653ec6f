//! `#[utoipa::path]` above and below `#[requires]` and `#[public]`.

use authgate::routing::{get, post};
use authgate::{Authorized, Gate, Roles, Router, public, requires};
use utoipa::OpenApi;

#[derive(authgate::Role)]
pub enum Role {
    Admin,
}

#[derive(authgate::Principal)]
#[principal(role = Role)]
pub struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    roles: Roles<Role>,
}

#[utoipa::path(get, path = "/above", responses((status = 200, description = "ok")))]
#[requires(role = "admin")]
async fn above(admin: Authorized<_>) -> String {
    admin.sub.clone()
}

#[requires(role = "admin")]
#[utoipa::path(post, path = "/below", responses((status = 200, description = "ok")))]
async fn below(admin: Authorized<_>, body: String) -> String {
    format!("{}{body}", admin.sub)
}

#[utoipa::path(get, path = "/without", responses((status = 200, description = "ok")))]
#[requires(role = "admin")]
async fn without_parameter() {}

#[utoipa::path(get, path = "/public", responses((status = 200, description = "ok")))]
#[public(reason = "a test")]
async fn open() -> &'static str {
    "ok"
}

#[derive(OpenApi)]
#[openapi(paths(above, below, without_parameter, open))]
struct Api;

fn main() {
    let routes = Router::<Gate<User>>::new()
        .route("/above", get(above))
        .route("/below", post(below))
        .route("/without", get(without_parameter))
        .route("/public", get(open));
    assert_eq!(routes.access().routes().len(), 4);
    assert_eq!(Api::openapi().paths.paths.len(), 4);
}
