//! The compiler removes variants before the derive runs, so positions follow the remaining ones.
#![deny(warnings)]

use authgate::right::RightSet;

#[derive(authgate::Role)]
enum Role {
    #[cfg(any())]
    Nobody,
    #[cfg(all())]
    Viewer,
    #[cfg_attr(all(), role(name = "root", implies(Viewer)))]
    Admin,
}

fn main() {
    assert_eq!(Role::NAMES, ["viewer", "root"]);
    assert_eq!(Role::CLOSURE, [0b01, 0b11]);
    assert_eq!(Role::Viewer.index(), 0);
    let _ = Role::Admin;
}
