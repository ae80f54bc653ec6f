#[derive(authgate::Right)]
#[right(name = "is active")]
struct Active;

fn main() {}
