use authgate::Role;

#[derive(Role)]
enum Role {}

fn main() {}
