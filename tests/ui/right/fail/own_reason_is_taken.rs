#[derive(authgate::Right)]
#[right(reason = "role_missing", detail = "Your account is suspended.")]
struct Active;

fn main() {}
