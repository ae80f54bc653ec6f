use authgate::__private::{At, Implication, kind};

#[derive(authgate::Role)]
enum Role {
    Viewer,
    Admin,
}

impl Implication<At<0>> for Role {
    type Row = kind::Yes;
    type Path = ();
}

fn main() {}
