//! What stands in `#[requires(..)]`.

use proc_macro2::{Ident, Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Path, Type};

use crate::crate_path::CratePath;
use crate::keys::{self, Known};
use crate::mistakes::Mistakes;
use crate::set::Kind;

const KNOWN: Known = Known {
    attribute: "requires",
    place: "a handler",
    keys: &["role", "scope", "scheme", "principal", "crate"],
    example: "role = \"admin\"",
};

#[derive(Default)]
pub(super) struct Rule {
    pub(super) authgate: CratePath,
    pub(super) rights: Vec<Asked>,
    /// The scheme by which the caller has to have proved who he is.
    pub(super) scheme: Option<Type>,
    pub(super) principal: Option<Type>,
    /// Where the principal is named.
    pub(super) principal_key: Option<Span>,
}

/// One right that must be held.
pub(super) struct Asked {
    pub(super) kind: Kind,
    pub(super) of: Of,
}

pub(super) enum Of {
    /// `"admin"`, of the enum `Role` that is in scope.
    Name(LitStr),
    /// `Role::Admin`
    Variant { set: Path, variant: Ident, span: Span },
}

/// Says by itself when nothing is asked for, unless what was asked is at fault already.
pub(super) fn read(attribute: TokenStream, mistakes: &mut Mistakes) -> Rule {
    let mut rule = Rule::default();
    let parsed = syn::parse::Parser::parse2(
        |input: ParseStream<'_>| {
            keys::read(input, KNOWN, mistakes, |key, input, _| rule.entry(&key, input));
            Ok(())
        },
        attribute,
    );
    mistakes.ok(parsed);
    if rule.rights.is_empty() && rule.scheme.is_none() && mistakes.is_empty() {
        let text = "`#[requires]` asks for nothing: write what the caller must hold, `#[requires(role = \"admin\")]`; for \
                    anybody who is signed in, take `Authenticated<User>` as the first parameter instead";
        mistakes.push(syn::Error::new(Span::call_site(), text));
    }
    rule
}

impl Rule {
    fn entry(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        match key.to_string().as_str() {
            "role" => self.ask(Kind::Role, key, input),
            "scope" => self.ask(Kind::Scope, key, input),
            "scheme" => keys::once(&mut self.scheme, key, keys::value(key, input, "scheme = ApiKey")?),
            "principal" => {
                self.principal_key = Some(key.span());
                keys::once(&mut self.principal, key, keys::value(key, input, "principal = User")?)
            }
            "crate" => self.authgate.read(key, input),
            _ => Err(KNOWN.unknown(key)),
        }
    }

    fn ask(&mut self, kind: Kind, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        let example = match kind {
            Kind::Role => "role = \"admin\"` or `role = Role::Admin",
            Kind::Scope => "scope = \"reports:read\"` or `scope = Scope::ReadReports",
            Kind::Permission => "permission = \"reports:read\"` or `permission = Permission::ReportsRead",
        };
        let of = match keys::value(key, input, example)? {
            Written::Name(name) => Of::name(kind, name)?,
            Written::Path(path) => Of::variant(kind, &path)?,
        };
        self.rights.push(Asked { kind, of });
        Ok(())
    }
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
    fn name(kind: Kind, name: LitStr) -> syn::Result<Self> {
        let word = kind.word();
        if name.value().trim().is_empty() {
            return Err(syn::Error::new(name.span(), format!("no {word} is named: write its name in here")));
        }
        if !name.suffix().is_empty() {
            return Err(syn::Error::new(name.span(), format!("the name of a {word} has no suffix")));
        }
        Ok(Self::Name(name))
    }

    fn variant(kind: Kind, path: &Path) -> syn::Result<Self> {
        let (word, name) = (kind.word(), kind.name());
        let refused = |text| Err(syn::Error::new_spanned(path, text));
        let mut set = path.clone();
        let Some(variant) = set.segments.pop() else { return refused(String::new()) };
        let (variant, span) = (variant.ident, syn::spanned::Spanned::span(path));
        // The `::` before the variant.
        set.segments.pop_punct();
        let Some(of) = set.segments.last().map(|segment| &segment.ident) else {
            return refused(format!(
                "write the {word} with its enum, `{name}::{variant}`, or its name in quotes"
            ));
        };
        if of.unraw().to_string().starts_with(char::is_lowercase) {
            let text = format!(
                "write the variant, `{name}::{variant}`: a marker type such as this stands in signatures"
            );
            return refused(text);
        }
        Ok(Self::Variant { set, variant, span })
    }
}
