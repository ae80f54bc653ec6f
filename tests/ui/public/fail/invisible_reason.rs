use authgate::public;

#[public(reason = " \u{200b}\u{feff}")]
async fn health() {}

fn main() {}
