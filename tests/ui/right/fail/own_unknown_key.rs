#[derive(authgate::Right)]
#[right(principle = User)]
struct Active;

fn main() {}
