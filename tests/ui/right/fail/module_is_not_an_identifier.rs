use authgate::Role;

#[derive(Role)]
#[role(module = "my roles")]
enum Role {
    Admin,
}

fn main() {}
