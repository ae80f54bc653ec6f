// `Edit` can only be implemented in the crate that defines the resource.

struct Swap(std::time::Duration);

impl authgate::resource::Edit for std::time::Duration {
    type Patch = Swap;

    fn edit(&mut self, Swap(other): Swap) {
        *self = other;
    }
}

fn main() {}
