use authgate::__private::{Chunk, Public};
use authgate::{Router, routing::get};

async fn health(_: Public<(Chunk<0x20>, ())>) {}

fn main() {
    let _: Router = Router::new().route("/health", get(health));
}
