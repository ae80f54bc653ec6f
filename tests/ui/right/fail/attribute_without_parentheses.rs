use authgate::Role;

#[derive(Role)]
enum Role {
    #[role = "admin"]
    Admin,
}

fn main() {}
