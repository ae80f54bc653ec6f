//! A rule that its handler can carry.

use proc_macro2::{Ident, Span};
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
    pub(super) kind: Kind,
    /// Where errors about it belong.
    pub(super) span: Span,
    pub(super) by: By<'a>,
}

pub(super) enum By<'a> {
    Name(&'a LitStr),
    Variant(&'a Path, &'a Ident),
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
    let mut rights = rule.rights.iter().map(right);
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
        Of::Name(name) => (name.span(), By::Name(name)),
        Of::Variant { set, variant, span } => (*span, By::Variant(set, variant)),
    };
    Right { kind: asked.kind, span, by }
}
