use authgate::Role;

#[derive(Role)]
enum Role {
    #[role(name = "root", name = "admin")]
    Admin,
}

fn main() {}
