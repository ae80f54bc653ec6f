use authgate::Role;

#[derive(Role)]
enum Role {
    Viewer,
    Admin = 4,
}

fn main() {}
