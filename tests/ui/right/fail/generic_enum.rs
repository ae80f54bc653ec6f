use authgate::Role;

#[derive(Role)]
enum Role<const N: usize> {
    Admin,
}

fn main() {}
