use authgate::Principal;

#[derive(Principal)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(issuer)]
    issuer: u64,
}

fn main() {}
