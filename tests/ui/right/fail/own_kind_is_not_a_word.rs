#[derive(authgate::Right)]
#[right(kind = "account state")]
struct Active;

fn main() {}
