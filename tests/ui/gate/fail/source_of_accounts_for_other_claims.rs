#[path = "../../prelude.rs"]
mod prelude;

use authgate::scheme::Bearer;
use authgate::Gate;
use prelude::User;

#[derive(serde::Deserialize)]
pub struct Claims {
    pub sub: String,
}

struct Db;

fn build(bearer: Bearer) {
    let _ = Gate::<User>::builder().scheme(bearer.resolve::<Claims, _>(Db));
}

fn main() {}
