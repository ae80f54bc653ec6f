use authgate::Role;

#[derive(Role)]
enum Role {
    Viewer,
    #[role(implies(Moderator))]
    Admin,
}

fn main() {}
