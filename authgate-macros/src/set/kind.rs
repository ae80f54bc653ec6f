use proc_macro2::{Ident, Span};

use crate::keys::Known;

/// The derive that is being expanded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Role,
    Scope,
    Permission,
}

impl Kind {
    /// Returns the name of the helper attribute, and the word for one member.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Scope => "scope",
            Self::Permission => "permission",
        }
    }

    /// Returns the name of the derive, which is also the name of the enum that `#[requires]` looks
    /// up.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Role => "Role",
            Self::Scope => "Scope",
            Self::Permission => "Permission",
        }
    }

    pub(crate) fn ident(self, span: Span) -> Ident {
        Ident::new(self.name(), span)
    }

    /// Returns the name of the associated constant that looks up a member's position. If it is
    /// missing, its name is the text of the compiler error. The names differ a lot, so that the
    /// compiler does not suggest one for another.
    pub(crate) fn lookup(self, span: Span) -> Ident {
        let name = match self {
            Self::Role => "this_enum_lacks_derive_authgate_Role",
            Self::Scope => "scopes_lack_derive_authgate_Scope_on_this_enum",
            Self::Permission => "derive_authgate_Permission_is_missing_on_this_enum",
        };
        Ident::new(name, span)
    }

    /// Like [`lookup`](Self::lookup), for a member that determines the principal.
    pub(crate) fn owned_lookup(self, span: Span) -> Ident {
        let name = match self {
            Self::Role => "this_enum_needs_derive_authgate_Role",
            Self::Scope => "scopes_need_derive_authgate_Scope_on_this_enum",
            Self::Permission => "derive_authgate_Permission_is_what_this_enum_needs",
        };
        Ident::new(name, span)
    }

    /// Returns the key that lists permissions on a variant.
    pub(super) const fn gives(self) -> Option<&'static str> {
        match self {
            Self::Role => Some("grants"),
            Self::Scope => Some("allows"),
            Self::Permission => None,
        }
    }

    pub(super) const fn on_enum(self) -> Known {
        Known {
            attribute: self.word(),
            place: "an enum",
            keys: match self {
                Self::Role | Self::Scope => &["module", "rename_all", "permissions", "crate"],
                Self::Permission => &["module", "rename_all", "crate"],
            },
            example: "module = \"role\"",
        }
    }

    pub(super) const fn on_variant(self) -> Known {
        Known {
            attribute: self.word(),
            place: "a variant",
            keys: match self {
                Self::Role => &["name", "implies", "grants"],
                Self::Scope => &["name", "implies", "allows"],
                Self::Permission => &["name", "implies"],
            },
            example: "name = \"admin\"",
        }
    }
}
