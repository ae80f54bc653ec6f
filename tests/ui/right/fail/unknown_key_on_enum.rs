use authgate::Role;

#[derive(Role)]
#[role(modul = "roles")]
enum Role {
    Admin,
}

fn main() {}
