use authgate::Principal;

#[derive(Principal)]
#[principal(shared_subjects)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(issuer)]
    iss: String,
}

fn main() {}
