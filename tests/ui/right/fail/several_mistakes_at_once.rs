use authgate::Role;

#[derive(Role)]
#[role(rename = "kebab-case")]
enum Role {
    Viewer,
    #[role(implies(Veiwer), name = "")]
    Editor,
    Admin(u64),
}

fn main() {}
