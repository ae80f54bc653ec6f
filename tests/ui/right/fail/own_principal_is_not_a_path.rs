#[derive(authgate::Right)]
#[right(principal = "User")]
struct Active;

fn main() {}
