// The missing derive must not be an error of each handler.

use authgate::routing::get;
use authgate::{Authorized, Gate, Roles, Router, Scopes, requires};

#[derive(authgate::Role)]
enum Role {
    Viewer,
    Admin,
}

#[derive(authgate::Scope)]
enum Scope {
    Write,
}

#[derive(serde::Deserialize)]
struct User {
    sub: String,
    roles: Roles<Role>,
    scopes: Scopes<Scope>,
}

#[requires(role = "admin")]
async fn h0(admin: Authorized<_>) -> String {
    admin.sub.clone()
}

#[requires(role = Role::Viewer)]
async fn h1() -> &'static str {
    "ok"
}

#[requires(role = "admin", scope = "write")]
async fn h2(admin: Authorized<_>, body: String) -> String {
    format!("{} {body}", admin.sub)
}

#[requires(any(role = "admin", role = "viewer"), not(role = "viewer"))]
async fn h3(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = "viewer", conceal)]
async fn h4(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = "admin")]
async fn h5(admin: Authorized<_>) -> String {
    admin.sub.clone()
}

#[requires(role = Role::Viewer)]
async fn h6() -> &'static str {
    "ok"
}

#[requires(role = "admin", scope = "write")]
async fn h7(admin: Authorized<_>, body: String) -> String {
    format!("{} {body}", admin.sub)
}

#[requires(any(role = "admin", role = "viewer"), not(role = "viewer"))]
async fn h8(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = "viewer", conceal)]
async fn h9(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = "admin")]
async fn h10(admin: Authorized<_>) -> String {
    admin.sub.clone()
}

#[requires(role = Role::Viewer)]
async fn h11() -> &'static str {
    "ok"
}

#[requires(role = "admin", scope = "write")]
async fn h12(admin: Authorized<_>, body: String) -> String {
    format!("{} {body}", admin.sub)
}

#[requires(any(role = "admin", role = "viewer"), not(role = "viewer"))]
async fn h13(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = "viewer", conceal)]
async fn h14(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = "admin")]
async fn h15(admin: Authorized<_>) -> String {
    admin.sub.clone()
}

#[requires(role = Role::Viewer)]
async fn h16() -> &'static str {
    "ok"
}

#[requires(role = "admin", scope = "write")]
async fn h17(admin: Authorized<_>, body: String) -> String {
    format!("{} {body}", admin.sub)
}

#[requires(any(role = "admin", role = "viewer"), not(role = "viewer"))]
async fn h18(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = "viewer", conceal)]
async fn h19(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = "admin")]
async fn h20(admin: Authorized<_>) -> String {
    admin.sub.clone()
}

#[requires(role = Role::Viewer)]
async fn h21() -> &'static str {
    "ok"
}

#[requires(role = "admin", scope = "write")]
async fn h22(admin: Authorized<_>, body: String) -> String {
    format!("{} {body}", admin.sub)
}

#[requires(any(role = "admin", role = "viewer"), not(role = "viewer"))]
async fn h23(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = "viewer", conceal)]
async fn h24(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = "admin")]
async fn h25(admin: Authorized<_>) -> String {
    admin.sub.clone()
}

#[requires(role = Role::Viewer)]
async fn h26() -> &'static str {
    "ok"
}

#[requires(role = "admin", scope = "write")]
async fn h27(admin: Authorized<_>, body: String) -> String {
    format!("{} {body}", admin.sub)
}

#[requires(any(role = "admin", role = "viewer"), not(role = "viewer"))]
async fn h28(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = "viewer", conceal)]
async fn h29(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = "admin")]
async fn h30(admin: Authorized<_>) -> String {
    admin.sub.clone()
}

#[requires(role = Role::Viewer)]
async fn h31() -> &'static str {
    "ok"
}

#[requires(role = "admin", scope = "write")]
async fn h32(admin: Authorized<_>, body: String) -> String {
    format!("{} {body}", admin.sub)
}

#[requires(any(role = "admin", role = "viewer"), not(role = "viewer"))]
async fn h33(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = "viewer", conceal)]
async fn h34(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = "admin")]
async fn h35(admin: Authorized<_>) -> String {
    admin.sub.clone()
}

#[requires(role = Role::Viewer)]
async fn h36() -> &'static str {
    "ok"
}

#[requires(role = "admin", scope = "write")]
async fn h37(admin: Authorized<_>, body: String) -> String {
    format!("{} {body}", admin.sub)
}

#[requires(any(role = "admin", role = "viewer"), not(role = "viewer"))]
async fn h38(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = "viewer", conceal)]
async fn h39(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = "admin")]
async fn h40(admin: Authorized<_>) -> String {
    admin.sub.clone()
}

#[requires(role = Role::Viewer)]
async fn h41() -> &'static str {
    "ok"
}

#[requires(role = "admin", scope = "write")]
async fn h42(admin: Authorized<_>, body: String) -> String {
    format!("{} {body}", admin.sub)
}

#[requires(any(role = "admin", role = "viewer"), not(role = "viewer"))]
async fn h43(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = "viewer", conceal)]
async fn h44(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = "admin")]
async fn h45(admin: Authorized<_>) -> String {
    admin.sub.clone()
}

#[requires(role = Role::Viewer)]
async fn h46() -> &'static str {
    "ok"
}

#[requires(role = "admin", scope = "write")]
async fn h47(admin: Authorized<_>, body: String) -> String {
    format!("{} {body}", admin.sub)
}

#[requires(any(role = "admin", role = "viewer"), not(role = "viewer"))]
async fn h48(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = "viewer", conceal)]
async fn h49(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

fn main() {
    let _: Router<Gate<User>> = Router::new()
        .route("/0", get(h0))
        .route("/1", get(h1))
        .route("/2", get(h2))
        .route("/3", get(h3))
        .route("/4", get(h4))
        .route("/5", get(h5))
        .route("/6", get(h6))
        .route("/7", get(h7))
        .route("/8", get(h8))
        .route("/9", get(h9))
        .route("/10", get(h10))
        .route("/11", get(h11))
        .route("/12", get(h12))
        .route("/13", get(h13))
        .route("/14", get(h14))
        .route("/15", get(h15))
        .route("/16", get(h16))
        .route("/17", get(h17))
        .route("/18", get(h18))
        .route("/19", get(h19))
        .route("/20", get(h20))
        .route("/21", get(h21))
        .route("/22", get(h22))
        .route("/23", get(h23))
        .route("/24", get(h24))
        .route("/25", get(h25))
        .route("/26", get(h26))
        .route("/27", get(h27))
        .route("/28", get(h28))
        .route("/29", get(h29))
        .route("/30", get(h30))
        .route("/31", get(h31))
        .route("/32", get(h32))
        .route("/33", get(h33))
        .route("/34", get(h34))
        .route("/35", get(h35))
        .route("/36", get(h36))
        .route("/37", get(h37))
        .route("/38", get(h38))
        .route("/39", get(h39))
        .route("/40", get(h40))
        .route("/41", get(h41))
        .route("/42", get(h42))
        .route("/43", get(h43))
        .route("/44", get(h44))
        .route("/45", get(h45))
        .route("/46", get(h46))
        .route("/47", get(h47))
        .route("/48", get(h48))
        .route("/49", get(h49));
}
