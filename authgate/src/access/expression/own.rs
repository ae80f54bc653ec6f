use crate::denial::Refusal;

/// A requirement of the application's own: what `#[derive(authgate::Right)]` says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Own {
    kind: &'static str,
    name: &'static str,
    refusal: &'static Refusal,
}

impl Own {
    /// Of a kind (`policy`, `plan`), by a name, refused for this reason where it gives no other.
    #[must_use]
    pub const fn new(kind: &'static str, name: &'static str, refusal: &'static Refusal) -> Self {
        Self { kind, name, refusal }
    }

    /// The kind, in a word: `policy`, `plan`, `region`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.kind
    }

    /// The name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Why it says no.
    #[must_use]
    pub const fn refusal(&self) -> &'static Refusal {
        self.refusal
    }
}
