//! A first parameter written by the user: `Authorized<_>` or `Granted<CanEdit, _>`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::{FnArg, GenericArgument, Pat, PathArguments, Token, Type};

use super::Handler;
use super::parameter::{Proof, is_placeholder, last_segment, proof};
use crate::crate_path::CratePath;
use crate::mistakes::Mistakes;

type Arguments = Punctuated<GenericArgument, Token![,]>;

/// The type of a first parameter written by the user.
///
/// The generated signature always uses authgate's own type, whatever the name resolves to in the
/// user's scope. An assertion in the body checks that the type written by the user is the same. An
/// alias with the same name therefore cannot weaken the rule.
pub(crate) struct Written {
    /// `Authorized` or `Granted`, with the user's span.
    name: Ident,
    arguments: Arguments,
    /// The path as the user wrote it, such as `ag::Authorized`.
    path: syn::Path,
}

/// Returns the first parameter if it is `Authorized<_>`.
pub(crate) fn placeholder(handler: &Handler) -> Option<Written> {
    Written::read(handler, |proof| proof == Proof::Placeholder)
}

/// Returns the first parameter if it is a `Granted` with arguments.
pub(crate) fn granted(handler: &Handler) -> Option<Written> {
    Written::read(handler, |proof| matches!(proof, Proof::Granted | Proof::GrantedPlaceholder))
}

impl Written {
    fn read(handler: &Handler, is: impl FnOnce(Proof) -> bool) -> Option<Self> {
        let FnArg::Typed(first) = handler.signature.inputs.first()? else { return None };
        if !is(proof(&first.ty)?) {
            return None;
        }
        let path = path_of(&first.ty)?.clone();
        let last = path.segments.last()?;
        let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
        Some(Self { name: last.ident.clone(), arguments: arguments.args.clone(), path })
    }

    /// Returns `true` if the principal follows the other arguments, as in `Authorized<_, User>`.
    pub(crate) fn names_principal(&self) -> bool {
        self.arguments.len() > self.rights()
    }

    /// Returns `true` if the rule has more arguments: `Authorized<_>` of a rule over a resource.
    pub(crate) fn lacks(&self, rule: &[TokenStream]) -> bool {
        rule.len() > self.rights()
    }

    /// Reports arguments whose names differ from the rule. The compiler compares the types
    /// themselves.
    pub(crate) fn check(&self, rule: [Option<&Type>; 2], mistakes: &mut Mistakes) {
        for (argument, said) in self.arguments.iter().zip(rule) {
            let (GenericArgument::Type(written), Some(said)) = (argument, said) else { continue };
            if is_placeholder(written) || alike(written, said) {
                continue;
            }
            let [written_text, said] =
                [written, said].map(|ty| ty.to_token_stream().to_string().replace(' ', ""));
            let text =
                format!("the rule declares `{said}`, but this is `{written_text}`: write the same, or `_`");
            mistakes.at(written, text);
        }
    }

    /// Returns authgate's own type with the arguments of the rule, and with the principal if one is
    /// given.
    pub(crate) fn declared(
        &self,
        authgate: &CratePath,
        rule: &[TokenStream],
        principal: Option<&Type>,
    ) -> TokenStream {
        let (name, span) = (&self.name, self.name.span());
        let authgate = authgate.at(span);
        let written = self.arguments.iter().skip(self.rights()).map(ToTokens::to_token_stream);
        let arguments = rule.iter().cloned().chain(written).chain(principal.map(ToTokens::to_token_stream));
        // `Authorized<_>` of a rule over a resource.
        let name =
            if self.lacks(rule) { quote_spanned!(span=> resource::AuthorizedOn) } else { quote!(#name) };
        quote_spanned!(span=> #authgate::#name<#(#arguments),*>)
    }

    /// Returns the number of arguments before the principal.
    fn rights(&self) -> usize {
        if self.name == "Granted" { 2 } else { 1 }
    }

    /// Returns the type as the user wrote it, with `_` for arguments that the rule adds.
    fn as_written(&self, adds_principal: bool) -> TokenStream {
        let mut path = self.path.clone();
        if let Some(last) = path.segments.last_mut()
            && let PathArguments::AngleBracketed(arguments) = &mut last.arguments
        {
            let missing = (self.rights() + usize::from(adds_principal)).saturating_sub(arguments.args.len());
            arguments.args.extend((0..missing).map(|_| GenericArgument::Type(Type::Verbatim(quote!(_)))));
        }
        path.to_token_stream()
    }
}

fn path_of(ty: &Type) -> Option<&syn::Path> {
    match ty {
        Type::Path(ty) if ty.qself.is_none() => Some(&ty.path),
        Type::Group(group) => path_of(&group.elem),
        Type::Paren(paren) => path_of(&paren.elem),
        _ => None,
    }
}

/// The new type of the first parameter.
pub(crate) struct Declared {
    pub(crate) ty: TokenStream,
    /// The types that wrap the user's proof, innermost first, such as
    /// `::authgate::resource::Concealed`.
    pub(crate) wrappers: Vec<TokenStream>,
    /// The type that the user wrote, and `true` if the rule adds the principal.
    pub(crate) written: Option<(Written, bool)>,
}

impl Handler {
    /// Declares the type as the first parameter. Statements in the body unwrap the proof and bind
    /// the user's pattern.
    pub(crate) fn declare(&mut self, declared: Declared, authgate: &CratePath) {
        let Declared { ty, wrappers, written } = declared;
        let Some((written, adds_principal)) = written else {
            self.put_first(ty);
            return;
        };
        let Some(FnArg::Typed(first)) = self.signature.inputs.first_mut() else { return };
        *first.ty = Type::Verbatim(ty);
        let pat = (*first.pat).clone();
        let named = match &pat {
            Pat::Ident(ident) if ident.by_ref.is_none() && ident.subpat.is_none() => Some(&ident.ident),
            _ => None,
        };
        // Keep the user's name for the parameter, because attributes such as
        // `#[instrument(skip(report))]` refer to it.
        let name = named.cloned().unwrap_or_else(|| Ident::new("proof", Span::mixed_site()));
        let mut statements = TokenStream::new();
        if !wrappers.is_empty() {
            let inner = wrappers
                .iter()
                .rev()
                .fold(quote!(#name), |proof, wrapper| quote!(#wrapper::into_inner(#proof)));
            let bound = named.map_or_else(|| name.to_token_stream(), |_| pat.to_token_stream());
            statements.extend(quote! {
                #[allow(clippy::shadow_reuse, clippy::used_underscore_binding)]
                let #bound = #inner;
            });
        }
        let (span, ty) = (written.name.span(), written.as_written(adds_principal));
        let authgate = authgate.at(span);
        statements.extend(quote_spanned! {span=>
            #[allow(clippy::used_underscore_binding)]
            #authgate::__private::written::<_, #ty>(&#name);
        });
        if named.is_none() && !matches!(pat, Pat::Wild(_)) {
            statements.extend(quote!(let #pat = #name;));
        }
        let Some(body) = super::starting_with(statements, &self.body) else { return };
        self.body = body;
        if named.is_none() || !wrappers.is_empty() {
            *first.pat = Pat::Verbatim(name.to_token_stream());
        }
    }
}

/// Returns `true` if two types could be the same, comparing the last path segments.
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
                    // Arguments with defaults can be omitted.
                    _ => true,
                }
        }
        _ => true,
    }
}
