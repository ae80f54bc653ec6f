use authgate::Role;

#[derive(Role)]
enum Role {
    Viewer,
    Admin(u64),
}

fn main() {}
