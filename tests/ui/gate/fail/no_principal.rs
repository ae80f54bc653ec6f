use authgate::Gate;

struct User;

fn main() {
    let _ = Gate::<User>::builder();
}
