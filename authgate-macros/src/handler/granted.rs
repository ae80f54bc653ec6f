//! A first parameter `Granted<CanEdit, Report>`, written out or with `_` in it.

use quote::ToTokens;
use syn::{AngleBracketedGenericArguments, FnArg, GenericArgument, PathArguments, Token, Type};

use super::Handler;
use super::parameter::{Proof, arguments, is_placeholder, last_segment, proof};
use crate::mistakes::Mistakes;

/// The arguments of such a parameter.
pub(crate) struct Granted<'a>(&'a mut AngleBracketedGenericArguments);

pub(crate) fn granted(handler: &mut Handler) -> Option<Granted<'_>> {
    let FnArg::Typed(first) = handler.signature.inputs.first_mut()? else { return None };
    matches!(proof(&first.ty), Some(Proof::Granted | Proof::GrantedPlaceholder))
        .then(|| arguments(&mut first.ty))
        .flatten()
        .map(Granted)
}

impl Granted<'_> {
    /// Whether the principal is written out: `Granted<_, _, User>`.
    pub(crate) fn names_principal(&self) -> bool {
        self.0.args.len() > 2
    }

    /// Tells what is written here and is not what the rule says. What stands here is not looked up, so the last names are
    /// compared; and it is what is emitted, so that a path or an alias of the user's stays his.
    pub(crate) fn check(&self, rule: [&Type; 2], mistakes: &mut Mistakes) {
        for (argument, said) in self.0.args.iter().zip(rule) {
            let GenericArgument::Type(written) = argument else { continue };
            if is_placeholder(written) || alike(written, said) {
                continue;
            }
            let [written_text, said] =
                [written, said].map(|ty| ty.to_token_stream().to_string().replace(' ', ""));
            let text =
                format!("the rule says `{said}`, and this says `{written_text}`: write the same, or `_`");
            mistakes.at(written, text);
        }
    }

    pub(crate) fn complete(self, rule: [&Type; 2], principal: Option<&Type>) {
        let arguments = &mut self.0.args;
        let principal = principal.filter(|_| arguments.len() < 3);
        for (at, said) in rule.into_iter().chain(principal).enumerate() {
            match arguments.get_mut(at) {
                Some(GenericArgument::Type(written)) if is_placeholder(written) => written.clone_from(said),
                Some(_) => {}
                None => {
                    if !arguments.empty_or_trailing() {
                        arguments.push_punct(<Token![,]>::default());
                    }
                    arguments.push_value(GenericArgument::Type(said.clone()));
                }
            }
        }
    }
}

/// Whether two types may be the same one, by their last names.
fn alike(one: &Type, other: &Type) -> bool {
    match (last_segment(one), last_segment(other)) {
        (Some(one), Some(other)) => {
            one.ident == other.ident
                && match (&one.arguments, &other.arguments) {
                    (PathArguments::AngleBracketed(one), PathArguments::AngleBracketed(other)) => {
                        one.args.len() == other.args.len()
                            && one.args.iter().zip(&other.args).all(|pair| match pair {
                                (GenericArgument::Type(one), GenericArgument::Type(other)) => {
                                    is_placeholder(one) || alike(one, other)
                                }
                                _ => true,
                            })
                    }
                    // Arguments that have defaults may be left out.
                    _ => true,
                }
        }
        _ => true,
    }
}
