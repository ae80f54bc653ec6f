//! An enum in a function body, with its principal and a handler.
#![deny(warnings)]

fn main() {
    #[derive(authgate::Role)]
    #[allow(dead_code)]
    enum Role {
        Viewer,
        #[role(implies(Viewer))]
        Admin,
    }

    #[derive(authgate::Principal)]
    #[principal(role = Role)]
    struct User {
        #[principal(id)]
        sub: String,
        #[principal(roles)]
        roles: authgate::Roles<Role>,
    }

    #[authgate::requires(role = "admin")]
    async fn by_name() {}

    #[authgate::requires(role = Role::Viewer)]
    async fn by_variant(_: authgate::Authorized<_>) {}

    let _ = by_name;
    let _ = by_variant;
    let _: Option<authgate::Authorized<role::Admin>> = None;
    let user = User { sub: "1".to_owned(), roles: authgate::Roles::none() };
    assert_eq!(authgate::Principal::id(&user), "1");
}
