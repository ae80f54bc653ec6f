use authgate::Role;

#[derive(Role)]
enum Role {
    Viewer,
    #[role(implies(Veiwer))]
    Admin,
}

fn main() {}
