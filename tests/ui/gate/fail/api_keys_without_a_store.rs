#[path = "../../prelude.rs"]
mod prelude;

use authgate::Gate;
use authgate::scheme::ApiKey;
use prelude::User;

struct Database;

fn main() {
    let _ = Gate::<User>::builder().scheme(ApiKey::header("x-api-key", Database).realm("api"));
}
