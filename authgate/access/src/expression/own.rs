use crate::Refusal;
use crate::const_text::same_text;

/// A requirement of the application's own: what `#[derive(authgate::Right)]` says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Own {
    kind: &'static str,
    name: &'static str,
    refusal: &'static Refusal,
    /// With its modules, so that two types that go by one name are two; empty where a hand has written it.
    of_type: &'static str,
}

impl Own {
    /// Of a kind (`policy`, `plan`), by a name, refused for this reason where it gives no other.
    #[must_use]
    pub const fn new(kind: &'static str, name: &'static str, refusal: &'static Refusal) -> Self {
        Self { kind, name, refusal, of_type: "" }
    }

    /// Of this very type. The derive says it.
    #[doc(hidden)]
    #[must_use]
    pub const fn of_type(self, of_type: &'static str) -> Self {
        Self { of_type, ..self }
    }

    /// Whether the two are one.
    pub(crate) const fn is(&self, other: &Self) -> bool {
        same_text(self.kind, other.kind)
            && same_text(self.name, other.name)
            && same_text(self.of_type, other.of_type)
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

    /// Its type, with the modules; empty where a hand has written it.
    #[must_use]
    pub const fn type_path(&self) -> &'static str {
        self.of_type
    }

    /// Why it says no.
    #[must_use]
    pub const fn refusal(&self) -> &'static Refusal {
        self.refusal
    }
}
