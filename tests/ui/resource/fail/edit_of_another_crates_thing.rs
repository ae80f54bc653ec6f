// What may change of a thing is written where the thing is defined, and nowhere else.

struct Swap(std::time::Duration);

impl authgate::Edit for std::time::Duration {
    type Patch = Swap;

    fn edit(&mut self, Swap(other): Swap) {
        *self = other;
    }
}

fn main() {}
