use authgate::Role;

#[derive(Role)]
enum Role {
    Viewer,
    #[role(imply(Viewer))]
    Admin,
}

fn main() {}
