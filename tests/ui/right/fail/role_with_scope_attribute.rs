use authgate::Role;

#[derive(Role)]
enum Role {
    #[scope(name = "admin")]
    Admin,
}

fn main() {}
