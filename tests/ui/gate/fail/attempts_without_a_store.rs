// A type that does not store login attempts.

use authgate::scheme::attempts::AttemptLimits;

struct Redis;

fn main() {
    let _ = AttemptLimits::new(Redis, |_| None);
}
