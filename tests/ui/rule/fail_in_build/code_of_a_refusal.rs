use authgate::Refusal;

const SUSPENDED: Refusal = Refusal::new("role_missing", "Your account is suspended.");

fn main() {
    let _ = SUSPENDED;
}
