use authgate::Role;

#[derive(Role)]
enum Role {
    Viewer,
    #[role(implies("viewer"))]
    Admin,
}

fn main() {}
