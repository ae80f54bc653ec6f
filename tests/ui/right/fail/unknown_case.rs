use authgate::Role;

#[derive(Role)]
#[role(rename_all = "kebabcase")]
enum Role {
    Admin,
}

fn main() {}
