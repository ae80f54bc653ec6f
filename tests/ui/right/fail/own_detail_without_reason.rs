#[derive(authgate::Right)]
#[right(detail = "Your account is suspended.")]
struct Active;

fn main() {}
