use authgate::Role;

#[derive(Role)]
enum Role {
    Viewer,
    Admin { id: u64 },
}

fn main() {}
