#[path = "../../prelude.rs"]
mod prelude;

use authgate::Authorized;
use authgate::__private::kind::Yes;
use authgate::__private::{Fork, Implication, Zero};
use authgate::right::Marker;
use prelude::{Role, User, role};

// Tries to weaken a proof of the least right into one of the greatest. The marker is decided like
// `Viewer`, but its row claims that it implies every right.
struct Everything;

impl Implication<Everything> for Role {
    type Row = Fork<Fork<Yes, Yes>, Fork<Yes, Yes>>;
    type Path = (Zero, (Zero, ()));
}

struct Forged;

impl Marker for Forged {
    type Set = Role;
    type Index = Everything;
}

fn main() {
    let _forge = |viewer: Authorized<Forged, User>| -> Authorized<role::Admin> { viewer.weaken() };
}
