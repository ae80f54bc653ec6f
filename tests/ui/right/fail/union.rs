use authgate::Role;

#[derive(Role)]
union Admin {
    id: u8,
}

fn main() {}
