use authgate::denial::DenialMessage;

const SUSPENDED: DenialMessage = DenialMessage::new("role_missing", "Your account is suspended.");

fn main() {
    let _ = SUSPENDED;
}
