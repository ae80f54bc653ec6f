struct Mine;

#[derive(authgate::Role)]
enum Role {
    Admin,
}

impl authgate::Implies<role::Admin> for Mine {}

fn main() {}
