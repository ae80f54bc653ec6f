//! Parses a role, a scope or a permission: `"admin"` or `Role::Admin`.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Path, Token, token};

use crate::keys;
use crate::set::Kind;

pub(super) enum Of {
    /// `"admin"`, a name in the enum `Role` that is in scope.
    Name(LitStr),
    /// `Role::Admin`
    Variant { set: Path, variant: Ident, span: Span },
}

enum Written {
    Name(LitStr),
    Path(Path),
}

impl Parse for Written {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(syn::Lit) {
            input.parse().map(Self::Name)
        } else {
            input.call(Path::parse_mod_style).map(Self::Path)
        }
    }
}

impl Of {
    pub(super) fn read(kind: Kind, key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let example = match kind {
            Kind::Role => "role = \"admin\"` or `role = Role::Admin",
            Kind::Scope => "scope = \"reports:read\"` or `scope = Scope::ReadReports",
            Kind::Permission => "permission = \"reports_write\"` or `permission = Permission::ReportsWrite",
        };
        if input.peek2(token::Bracket) {
            let (word, name) = (kind.word(), input.fork());
            name.parse::<Token![=]>()?;
            return Err(name.error(format_args!(
                "expected one {word}: if one of several is enough, write `any({word} = \"..\", {word} = \"..\")`"
            )));
        }
        match keys::value(key, input, example)? {
            Written::Name(name) => Self::name(kind, name),
            Written::Path(path) => Self::variant(kind, &path),
        }
    }

    pub(super) fn span(&self) -> Span {
        match self {
            Self::Name(name) => name.span(),
            Self::Variant { span, .. } => *span,
        }
    }

    fn name(kind: Kind, name: LitStr) -> syn::Result<Self> {
        let word = kind.word();
        if name.value().trim().is_empty() {
            return Err(syn::Error::new(name.span(), format!("the name of the {word} is empty")));
        }
        if !name.suffix().is_empty() {
            return Err(syn::Error::new(name.span(), format!("the name of a {word} cannot have a suffix")));
        }
        Ok(Self::Name(name))
    }

    fn variant(kind: Kind, path: &Path) -> syn::Result<Self> {
        let (word, name) = (kind.word(), kind.name());
        let refused = |text| Err(syn::Error::new_spanned(path, text));
        let mut set = path.clone();
        let Some(variant) = set.segments.pop() else { return refused(String::new()) };
        let (variant, span) = (variant.ident, syn::spanned::Spanned::span(path));
        // Remove the `::` before the variant.
        set.segments.pop_punct();
        let Some(of) = set.segments.last().map(|segment| &segment.ident) else {
            return refused(format!(
                "expected the {word} with its enum, `{name}::{variant}`, or its name in quotes"
            ));
        };
        if of.unraw().to_string().starts_with(char::is_lowercase) {
            let text = format!(
                "expected the variant `{name}::{variant}`, found a marker type, which is for signatures"
            );
            return refused(text);
        }
        Ok(Self::Variant { set, variant, span })
    }
}
