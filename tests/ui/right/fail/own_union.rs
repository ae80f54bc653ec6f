#[derive(authgate::Right)]
union Active {
    a: u8,
    b: i8,
}

fn main() {}
