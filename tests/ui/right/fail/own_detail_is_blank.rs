#[derive(authgate::Right)]
#[right(reason = "account_suspended", detail = " ")]
struct Active;

fn main() {}
