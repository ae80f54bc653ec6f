#[derive(authgate::Right)]
#[right(reason = "Account suspended", detail = "Your account is suspended.")]
struct Active;

fn main() {}
