use authgate::Role;

#[derive(Role)]
enum Role {
    #[role(name = Admin)]
    Admin,
    #[role(name)]
    Viewer,
    #[role(name = )]
    Editor,
}

fn main() {}
