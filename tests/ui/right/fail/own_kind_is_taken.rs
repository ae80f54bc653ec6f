#[derive(authgate::Right)]
#[right(kind = "role")]
struct Active;

fn main() {}
