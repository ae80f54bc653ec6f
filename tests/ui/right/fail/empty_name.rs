use authgate::Role;

#[derive(Role)]
enum Role {
    #[role(name = "")]
    Admin,
}

fn main() {}
