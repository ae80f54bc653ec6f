//! Sets, principals and handlers that a macro writes.
#![deny(warnings)]

macro_rules! set {
    ($(#[$meta:meta])* $vis:vis $set:ident { $($variant:ident = $name:literal),* }) => {
        #[derive(authgate::Role)]
        $(#[$meta])*
        $vis enum $set {
            $(#[role(name = $name)] $variant),*
        }
    };
}

set!(#[allow(dead_code)] pub Role { Viewer = "r:viewer", Admin = "r:admin" });

macro_rules! principal {
    ($name:ident, $set:path, $id:ty, $roles:ty) => {
        #[derive(authgate::Principal)]
        #[principal(role = $set)]
        pub struct $name {
            #[principal(id)]
            pub sub: $id,
            #[principal(roles)]
            pub roles: $roles,
        }
    };
}

principal!(User, crate::Role, String, authgate::Roles<Role>);

macro_rules! handlers {
    ($literal:literal, $path:path, $expression:expr, $ty:ty, $answer:ty) => {
        #[authgate::requires(role = $literal)]
        pub async fn literal() {}

        #[authgate::requires(role = $path)]
        pub async fn path(_: authgate::Authorized<_>) {}

        #[authgate::requires(role = $expression)]
        pub async fn expression(_: $ty, _: u8) -> $answer {
            1
        }

        #[authgate::requires(role = $literal)]
        pub fn future() -> std::future::Ready<$answer> {
            std::future::ready(1)
        }

        #[authgate::public(reason = $expression)]
        pub async fn public() {}
    };
}

handlers!("r:admin", Role::Viewer, "r:viewer", authgate::Authorized<_>, u64);

fn main() {
    let _ = (literal, path, expression, future, public);
    let _: Option<User> = None;
}
