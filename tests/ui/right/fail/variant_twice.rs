use authgate::Role;

#[derive(Role)]
enum Role {
    Admin,
    Admin,
}

fn main() {}
