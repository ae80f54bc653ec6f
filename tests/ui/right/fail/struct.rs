use authgate::Role;

#[derive(Role)]
struct Admin;

fn main() {}
