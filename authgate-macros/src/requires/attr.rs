//! Parses the content of `#[requires(..)]`.

use authgate_access::keywords::PARTS;
use proc_macro2::{Ident, Span, TokenStream};
use syn::parse::ParseStream;
use syn::{LitStr, Token, Type};

use super::check::arranged;
use super::list::{List, OVER, followed_by};
use super::part::{Group, Part, RequiredRight};
use crate::crate_path::CratePath;
use crate::handler::RuleSubject;
use crate::keys::{self, Known};
use crate::mistakes::Mistakes;
use crate::public;

/// The keys for the whole rule, after those that every list has.
const OWN: [&str; 5] = ["on", "conceal", "waive", "principal", "crate"];

const KEYS: [&str; PARTS.len() + OWN.len()] = {
    let mut keys = [""; PARTS.len() + OWN.len()];
    let mut at = 0;
    #[expect(clippy::indexing_slicing, reason = "const: `at` is below the lengths")]
    while at < keys.len() {
        keys[at] = if at < PARTS.len() { PARTS[at] } else { OWN[at - PARTS.len()] };
        at += 1;
    }
    keys
};

const KNOWN: Known =
    Known { attribute: "requires", place: "a handler", keys: &KEYS, example: "role = \"admin\"" };

#[derive(Default)]
pub(super) struct Rule {
    pub(super) authgate: CratePath,
    /// The parts, in the order in which they are combined.
    pub(super) parts: Vec<Part>,
    pub(super) waive: Option<Waive>,
    pub(super) conceal: Option<Conceal>,
    pub(super) principal: Option<Type>,
    /// The span of the `principal` key.
    pub(super) principal_key: Option<Span>,
    /// `true` if `on` occurs anywhere, even where it is an error.
    pub(super) names_resource: bool,
}

/// A requirement of the gate that this route skips.
pub(super) struct Waive {
    pub(super) requirement: Type,
    pub(super) reason: String,
}

pub(super) struct Conceal {
    pub(super) key: Ident,
    /// The policy that allows the caller to learn that the resource exists.
    pub(super) from: Option<Type>,
}

/// Parses the rule. Reports an empty rule, unless an entry with an error explains it.
pub(super) fn read(attribute: TokenStream, mistakes: &mut Mistakes) -> Rule {
    let mut rule = Rule::default();
    let mut list = List::default();
    let parsed = syn::parse::Parser::parse2(
        |input: ParseStream<'_>| {
            keys::read(input, KNOWN, mistakes, |key, input, mistakes| {
                rule.entry(&mut list, &key, input, mistakes)
            });
            Ok(())
        },
        attribute,
    );
    mistakes.ok(parsed);
    rule.names_resource |= list.names_resource;
    rule.parts = arranged(list.finish(mistakes), Group::All);
    if rule.parts.is_empty() && rule.waive.is_none() && mistakes.is_empty() {
        let text = "`#[requires]` is empty: write the required right, `#[requires(role = \"admin\")]`; for any \
                    authenticated caller, take `Authenticated<User>` as the first parameter instead";
        mistakes.push(syn::Error::new(Span::call_site(), text));
    }
    rule
}

impl Rule {
    /// Returns the subject of the rule, for the first parameter of the handler.
    pub(super) fn subject(&self) -> RuleSubject {
        let mut late = self.parts.iter().filter(|part| part.is_late());
        match (late.next().map(|part| &part.asked), late.next()) {
            (Some(RequiredRight::Over { .. }), None) => RuleSubject::Resource,
            (None, _) if self.names_resource => RuleSubject::Resource,
            _ if self.parts.iter().any(Part::has_resource) => RuleSubject::Combination,
            _ => RuleSubject::Right,
        }
    }

    fn entry(
        &mut self,
        list: &mut List,
        key: &Ident,
        input: ParseStream<'_>,
        mistakes: &mut Mistakes,
    ) -> syn::Result<()> {
        match key.to_string().as_str() {
            "waive" => self.waive(key, input),
            "conceal" => self.conceal(key, input),
            "principal" => {
                self.principal_key = Some(key.span());
                keys::once(&mut self.principal, key, keys::value(key, input, "principal = User")?)
            }
            "crate" => self.authgate.read(key, input),
            "on" => {
                self.names_resource = true;
                misplaced_key(key, input, mistakes, OVER, "its policy")
            }
            "reason" => {
                let example = "waive = Active, reason = \"..\"";
                misplaced_key(key, input, mistakes, example, "the waived requirement")
            }
            _ => list.entry((Group::All, 0), key, input, mistakes).unwrap_or_else(|| Err(KNOWN.unknown(key))),
        }
    }

    fn waive(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        let example = "waive = Active, reason = \"..\"";
        let requirement = keys::value(key, input, example)?;
        let Some(reason) = followed_by("reason", input) else {
            let text = format!("expected a reason directly after the waived requirement: `{example}`");
            return Err(syn::Error::new_spanned(requirement, text));
        };
        let literal: LitStr = keys::string(&reason, input, example)?;
        let reason = public::checked_reason(&literal, "why the requirement is waived")?;
        keys::once(&mut self.waive, key, Waive { requirement, reason })
    }

    fn conceal(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        let from = if input.peek(Token![=]) {
            Some(keys::value(key, input, "conceal` or `conceal = CanRead")?)
        } else if input.is_empty() || input.peek(Token![,]) {
            None
        } else {
            return Err(input.error("expected `conceal` or `conceal = CanRead`"));
        };
        keys::once(&mut self.conceal, key, Conceal { key: key.clone(), from })
    }
}

/// Returns the error for a key that does not directly follow the key it belongs to. If an earlier
/// error exists, it skips the key without a second error.
fn misplaced_key(
    key: &Ident,
    input: ParseStream<'_>,
    mistakes: &Mistakes,
    example: &str,
    after: &str,
) -> syn::Result<()> {
    if mistakes.is_empty() {
        return Err(syn::Error::new(
            key.span(),
            format!("expected `{key}` directly after {after}: `{example}`"),
        ));
    }
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}
