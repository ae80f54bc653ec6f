use authgate::public;

#[public(reason = concat!(" ", ""))]
async fn health() {}

fn main() {}
