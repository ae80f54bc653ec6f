#[derive(authgate::Right)]
struct AtLeast<const PLAN: u8>;

fn main() {}
