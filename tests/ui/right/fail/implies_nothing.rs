use authgate::Role;

#[derive(Role)]
enum Role {
    Viewer,
    #[role(implies)]
    Editor,
    #[role(implies())]
    Admin,
}

fn main() {}
