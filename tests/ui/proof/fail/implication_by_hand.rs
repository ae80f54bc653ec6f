struct Mine;

#[derive(authgate::Role)]
enum Role {
    Admin,
}

impl authgate::right::Implies<role::Admin> for Mine {}

fn main() {}
