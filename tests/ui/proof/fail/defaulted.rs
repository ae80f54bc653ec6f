#[path = "../../prelude.rs"]
mod prelude;

use authgate::Authenticated;
use prelude::User;

fn main() {
    let _: Authenticated<User> = Default::default();
}
