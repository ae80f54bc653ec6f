#[derive(authgate::Permission)]
enum Permission {
    #[permission(implies(Write))]
    Read,
    #[permission(implies(Read))]
    Write,
}

fn main() {}
