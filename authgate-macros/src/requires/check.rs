//! A rule that its handler can carry.

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned as _;
use syn::{LitStr, Path, Type};

use super::attr::{Asked, Of, Rule};
use crate::crate_path::CratePath;
use crate::handler::{Handler, placeholder};
use crate::mistakes::Mistakes;
use crate::set::Kind;

/// How many rights `authgate::All` joins.
const MOST: usize = 8;

pub(super) struct Checked<'a> {
    pub(super) authgate: &'a CratePath,
    pub(super) first: Right<'a>,
    pub(super) others: Vec<Right<'a>>,
    pub(super) principal: Option<&'a Type>,
}

pub(super) struct Right<'a> {
    /// Where errors about it belong.
    pub(super) span: Span,
    pub(super) by: By<'a>,
}

pub(super) enum By<'a> {
    Name(Kind, &'a LitStr),
    Variant(Kind, &'a Path, &'a Ident),
    Scheme(&'a Type),
}

/// `None` where no right can be made out, which has then been told.
pub(super) fn check<'a>(
    rule: &'a Rule,
    handler: &mut Handler,
    mistakes: &mut Mistakes,
) -> Option<Checked<'a>> {
    let named = placeholder(handler).is_some_and(|placeholder| placeholder.names_principal());
    if let Some(span) = rule.principal_key.filter(|_| named) {
        let text = "the principal is named in `Authorized<_, ..>` already: leave one of the two";
        mistakes.push(syn::Error::new(span, text));
    }
    if let Some(scheme) =
        rule.scheme.as_ref().filter(|_| rule.rights.is_empty() && rule.principal.is_none() && !named)
    {
        let text = "a scheme alone does not say who calls: add `principal = User`, or what the caller must hold, such as \
                    `role = \"admin\"`";
        mistakes.push(syn::Error::new_spanned(scheme, text));
        return None;
    }
    // The scheme last, since it does not say whose the right is.
    let mut rights = rule.rights.iter().map(right).chain(rule.scheme.as_ref().map(scheme));
    let (first, others) = (rights.next()?, rights.collect::<Vec<_>>());
    if let Some(ninth) = others.get(MOST - 1) {
        let text =
            format!("a rule joins at most {MOST} rights: give one right that implies several of these");
        mistakes.push(syn::Error::new(ninth.span, text));
    }
    Some(Checked { authgate: &rule.authgate, first, others, principal: rule.principal.as_ref() })
}

fn right(asked: &Asked) -> Right<'_> {
    let (span, by) = match &asked.of {
        Of::Name(name) => (name.span(), By::Name(asked.kind, name)),
        Of::Variant { set, variant, span } => (*span, By::Variant(asked.kind, set, variant)),
    };
    Right { span, by }
}

fn scheme(scheme: &Type) -> Right<'_> {
    Right { span: scheme.span(), by: By::Scheme(scheme) }
}
