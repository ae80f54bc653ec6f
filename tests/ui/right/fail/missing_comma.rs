use authgate::Role;

#[derive(Role)]
enum Role {
    Viewer,
    #[role(implies(Viewer) name = "admin")]
    Admin,
}

fn main() {}
