//! Parses a list of parts: the content of `#[requires(..)]`, or of `all(..)`, `any(..)` and
//! `not(..)`.

use authgate_access::{Builtin, keywords};
use proc_macro2::{Ident, Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::spanned::Spanned as _;
use syn::{Token, Type, token};

use super::held::Of;
use super::login::{Age, Value};
use super::part::{Group, Part, RequiredRight};
use crate::keys::{self, Known};
use crate::mistakes::Mistakes;
use crate::nearest::{did_you_mean, list};
use crate::set::Kind;

/// The maximum depth of nested lists.
const DEEPEST: usize = 8;

#[derive(Default)]
pub(super) struct List {
    parts: Vec<Part>,
    tenant: Option<Type>,
    tenant_key: Option<Ident>,
    scheme: Option<()>,
    /// `true` if `on` occurs anywhere in the list, even where it is an error.
    pub(super) names_resource: bool,
}

impl List {
    /// Parses an entry that is allowed in every list.
    pub(super) fn entry(
        &mut self,
        within: (Group, usize),
        key: &Ident,
        input: ParseStream<'_>,
        mistakes: &mut Mistakes,
    ) -> Option<syn::Result<()>> {
        let asked = match key.to_string().as_str() {
            "role" => held(Kind::Role, key, input),
            "scope" => held(Kind::Scope, key, input),
            "permission" => held(Kind::Permission, key, input),
            "in" => return Some(self.tenant(key, input)),
            "policy" => self.policy(key, input),
            "scheme" => self.scheme(within.0, key, input),
            "fresh" => Age::read(key, input).map(|age| (age.span, RequiredRight::Fresh(age))),
            "all" => return Some(self.group(Group::All, within.1, key, input, mistakes)),
            "any" => return Some(self.group(Group::Any, within.1, key, input, mistakes)),
            "not" => return Some(self.group(Group::Not, within.1, key, input, mistakes)),
            name => {
                let builtin =
                    Builtin::of_keyword(name).filter(|builtin| builtin.row().text_type.is_some())?;
                Value::read(builtin, key, input)
                    .map(|value| (value.span(), RequiredRight::Text(builtin, value)))
            }
        };
        Some(asked.map(|(span, asked)| self.push(span, asked)))
    }

    fn push(&mut self, span: Span, asked: RequiredRight) {
        self.parts.push(Part { span, asked });
    }

    fn policy(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<(Span, RequiredRight)> {
        let policy: Type = keys::value(key, input, "policy = Active")?;
        let span = policy.span();
        let Some(on) = followed_by("on", input) else {
            let asked = if waits(&policy) { RequiredRight::Async } else { RequiredRight::Policy };
            return Ok((span, asked(policy)));
        };
        self.names_resource = true;
        let thing = keys::value(&on, input, OVER)?;
        Ok((span, RequiredRight::Over { policy, thing, on: on.span() }))
    }

    fn tenant(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        self.tenant_key.get_or_insert_with(|| key.clone());
        keys::once(&mut self.tenant, key, keys::value(key, input, "in = Org")?)
    }

    fn scheme(
        &mut self,
        within: Group,
        key: &Ident,
        input: ParseStream<'_>,
    ) -> syn::Result<(Span, RequiredRight)> {
        let scheme: Type = keys::value(key, input, "scheme = ApiKey")?;
        // A request uses one scheme, so several are only possible within `any(..)`.
        if within != Group::Any {
            keys::once(&mut self.scheme, key, ())?;
        }
        Ok((scheme.span(), RequiredRight::Scheme(scheme)))
    }

    fn group(
        &mut self,
        group: Group,
        depth: usize,
        key: &Ident,
        input: ParseStream<'_>,
        mistakes: &mut Mistakes,
    ) -> syn::Result<()> {
        let refused = |text: String| Err(syn::Error::new(key.span(), text));
        let word = group.word();
        if !input.peek(token::Paren) {
            let example = if group == Group::Not {
                "role = \"contractor\""
            } else {
                "role = \"admin\", scope = \"reports:write\""
            };
            return refused(format!("expected `{word}({example})`"));
        }
        let content;
        syn::parenthesized!(content in input);
        if depth >= DEEPEST {
            content.parse::<TokenStream>()?;
            return refused(format!(
                "a rule has at most {DEEPEST} nested lists: define a requirement for the inner list, `policy \
                 = MayPublish`"
            ));
        }
        let mut list = Self::default();
        let mut inside = Mistakes::default();
        let known =
            Known { attribute: "requires", place: word, keys: &keywords::PARTS, example: "role = \"admin\"" };
        keys::read(&content, known, &mut inside, |key, input, mistakes| {
            list.entry((group, depth + 1), &key, input, mistakes).unwrap_or_else(|| {
                list.names_resource |= key == "on";
                Err(misplaced(group, &key, input))
            })
        });
        self.names_resource |= list.names_resource;
        let in_tenant = list.tenant.is_some();
        let mut parts = list.finish(&mut inside);
        let right = inside.is_empty();
        mistakes.append(inside);
        match (group, parts.len()) {
            // `all(role = "admin", in = Org)` applies `in` to one part, but not to the surrounding
            // parts.
            (Group::All, 1) if right && in_tenant => {
                self.parts.append(&mut parts);
                Ok(())
            }
            _ if !right => Ok(()),
            (_, 0) => refused(format!("`{word}()` is empty: write a requirement in it, or remove it")),
            (Group::Not, 1) | (Group::All | Group::Any, 2..) => {
                self.parts.push(Part { span: key.span(), asked: RequiredRight::Group(group, parts) });
                Ok(())
            }
            (Group::Not, _) => refused(
                "`not(..)` takes one requirement: write `not(any(..))` to exclude each of these, `not(all(..))` to \
                 exclude all of them together"
                    .to_owned(),
            ),
            (_, _) => refused(format!("`{word}(..)` has one part: write the part alone")),
        }
    }

    /// Returns the parts, with the tenant applied to each.
    pub(super) fn finish(self, mistakes: &mut Mistakes) -> Vec<Part> {
        let Self { mut parts, tenant: given, tenant_key, .. } = self;
        let mut used = false;
        for part in &mut parts {
            match &mut part.asked {
                RequiredRight::Held {
                    kind: Kind::Role | Kind::Permission, tenant: tenant @ None, ..
                } => {
                    tenant.clone_from(&given);
                    used = true;
                }
                _ if given.is_some() => {
                    if let Some((group, span)) = part.find_right_without_tenant(Group::All) {
                        mistakes.push(not_reached(group, span));
                    }
                }
                _ => {}
            }
        }
        if let Some(key) = tenant_key.filter(|_| !used && mistakes.is_empty()) {
            let text = "`in` has no role or permission in its list: write `role = \"admin\", in = Org`";
            mistakes.push(syn::Error::new(key.span(), text));
        }
        parts
    }
}

/// Returns the error for a role in a nested list next to an `in`. Within `not(..)`, a missing
/// tenant would admit callers.
fn not_reached(group: Group, span: Span) -> syn::Error {
    let word = group.word();
    let text = format!(
        "`in` does not apply inside `{word}(..)`: write it in there too, `{word}(.., in = Org)`; for a right \
         without a tenant, write the rights with one in a separate list: `all(role = \"admin\", in = Org)`"
    );
    syn::Error::new(span, text)
}

fn held(kind: Kind, key: &Ident, input: ParseStream<'_>) -> syn::Result<(Span, RequiredRight)> {
    let of = Of::read(kind, key, input)?;
    Ok((of.span(), RequiredRight::Held { kind, of, tenant: None }))
}

/// Returns `true` for `Async<..>`, which waits for another service.
fn waits(policy: &Type) -> bool {
    let Type::Path(path) = policy else { return false };
    path.path.segments.last().is_some_and(|last| last.ident == "Async" && !last.arguments.is_none())
}

/// An example of a policy on a resource.
pub(super) const OVER: &str = "policy = CanEdit, on = Report";

/// Parses a comma and this key, if they follow.
pub(super) fn followed_by(key: &str, input: ParseStream<'_>) -> Option<Ident> {
    let ahead = input.fork();
    let next = ahead.parse::<Token![,]>().and_then(|_| ahead.call(Ident::parse_any)).ok()?;
    if next != key {
        return None;
    }
    // Repeat the lookahead on the real input.
    input.parse::<Token![,]>().and_then(|_| input.call(Ident::parse_any)).ok()
}

fn misplaced(group: Group, key: &Ident, input: ParseStream<'_>) -> syn::Error {
    let word = group.word();
    let text = match key.to_string().as_str() {
        "on" => format!("expected `on` directly after its policy: `{OVER}`"),
        "waive" => {
            // Skip the `reason` that belongs to the misplaced key.
            if keys::value::<Type>(key, input, "").is_ok()
                && let Some(reason) = followed_by("reason", input)
            {
                drop(keys::value::<syn::LitStr>(&reason, input, ""));
            }
            format!("`waive` applies to the whole rule: write it outside of `{word}(..)`")
        }
        name @ ("reason" | "conceal" | "principal" | "crate") => {
            format!("`{name}` applies to the whole rule: write it outside of `{word}(..)`")
        }
        name => {
            let (meant, keys) = (did_you_mean(name, &keywords::PARTS), list(&keywords::PARTS));
            format!("unknown key `{name}`{meant} in `{word}(..)`: expected one of {keys}")
        }
    };
    syn::Error::new(key.span(), text)
}
