#[path = "../../prelude.rs"]
mod prelude;

use authgate::Gate;
use prelude::User;

struct Mine;

fn main() {
    let _ = Gate::<User>::builder().scheme(Mine);
}
