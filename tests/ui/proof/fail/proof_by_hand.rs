#[path = "../../prelude.rs"]
mod prelude;

use authgate::{ProofRef, Context, Proof};
use prelude::{User, role};

struct Mine(User, Context);

impl Proof<role::Admin> for Mine {
    fn principal(&self) -> &User {
        &self.0
    }

    fn context(&self) -> &Context {
        &self.1
    }

    fn as_proof(&self) -> ProofRef<'_, role::Admin> {
        unreachable!()
    }
}

fn main() {}
