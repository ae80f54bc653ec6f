#[derive(authgate::Scope)]
enum Scope {
    Read,
}

#[derive(authgate::Role)]
#[role(permissions = Scope)]
enum Role {
    #[role(grants(Read))]
    Viewer,
}

fn main() {}
