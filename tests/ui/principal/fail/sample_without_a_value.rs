#[derive(authgate::Principal)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(sample)]
    department: u64,
}

fn main() {}
