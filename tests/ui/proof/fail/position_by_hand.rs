#[path = "../../prelude.rs"]
mod prelude;

use authgate::Authorized;
use authgate::right::{Fork, Implication, Index, Marker, Zero, kind::Yes};
use prelude::{Role, User, role};

// To weaken the proof of the least right into one of the greatest: a marker that is decided as the viewer, and whose
// row says that it implies everything.
struct Everything;

impl Index for Everything {
    const VALUE: usize = 0;
}

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
