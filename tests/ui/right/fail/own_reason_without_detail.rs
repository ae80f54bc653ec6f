#[derive(authgate::Right)]
#[right(reason = "account_suspended")]
struct Active;

fn main() {}
