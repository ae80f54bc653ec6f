//! A handler function as parsed by `#[requires]` and `#[public]`: attributes, signature and body.
//! The tokens of the body are passed on unparsed.

mod asyncness;
mod block;
mod fallback;
mod parameter;
mod refuse;
mod written;

pub(crate) use asyncness::asserted;
pub(crate) use block::starting_with;
pub(crate) use fallback::fallback;
pub(crate) use refuse::check;
pub(crate) use written::{Declared, Written, granted, placeholder};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, FnArg, Pat, PatType, Signature, Token, Type, Visibility};

use crate::mistakes::Mistakes;

/// The attribute macro that is being expanded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Macro {
    Requires,
    Public,
}

/// The subject of a rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum RuleSubject {
    /// A right of the caller.
    Right,
    /// A policy on a resource.
    Resource,
    /// A combination with policies on a resource.
    Combination,
}

impl Macro {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Requires => "requires",
            Self::Public => "public",
        }
    }
}

pub(crate) struct Handler {
    pub(crate) attributes: Vec<Attribute>,
    /// A line that the macro adds below the user's documentation.
    pub(crate) documentation: Option<String>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    /// The block, or the `;` of a function in a trait.
    pub(crate) body: TokenStream,
}

impl Parse for Handler {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            attributes: input.call(Attribute::parse_outer)?,
            documentation: None,
            visibility: input.parse()?,
            signature: input.parse()?,
            body: input.parse()?,
        })
    }
}

impl ToTokens for Handler {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attributes, visibility, signature, body, .. } = self;
        let ours = self.documentation.iter().map(|line| {
            let line = format!(" {line}");
            quote!(#[doc = ""] #[doc = #line] #[allow(clippy::type_complexity)])
        });
        tokens.extend(quote!(#(#attributes)* #(#ours)* #visibility #signature #body));
    }
}

impl Handler {
    /// Parses the function that carries the attribute.
    pub(crate) fn read(attribute: Macro, item: &TokenStream, mistakes: &mut Mistakes) -> Option<Self> {
        // The parser's buffer copies every token, so the body stays outside of it.
        let mut trees: Vec<TokenTree> = item.clone().into_iter().collect();
        let body = trees
            .pop_if(|last| matches!(last, TokenTree::Group(last) if last.delimiter() == Delimiter::Brace));
        let parsed = syn::parse2(trees.into_iter().collect::<TokenStream>());
        let mut handler: Self =
            mistakes.ok(parsed.map_err(|mistake| no_function(attribute, item.clone(), mistake)))?;
        handler.body.extend(body);
        Some(handler)
    }

    /// Inserts a parameter `_: ty` before the other parameters, or after `self`.
    pub(crate) fn put_first(&mut self, ty: TokenStream) {
        let hidden = FnArg::Typed(PatType {
            attrs: Vec::new(),
            pat: Box::new(Pat::Verbatim(quote!(_))),
            colon_token: <Token![:]>::default(),
            ty: Box::new(Type::Verbatim(ty)),
        });
        let old = std::mem::take(&mut self.signature.inputs);
        let (receivers, others): (Vec<FnArg>, Vec<FnArg>) =
            old.into_iter().partition(|input| matches!(input, FnArg::Receiver(_)));
        self.signature.inputs = receivers.into_iter().chain([hidden]).chain(others).collect();
    }
}

/// Returns the error for an item that is not a function or cannot be parsed.
fn no_function(attribute: Macro, item: TokenStream, mistake: syn::Error) -> syn::Error {
    let keyword =
        |tree: &TokenTree| matches!(tree, TokenTree::Ident(word) if ITEMS.iter().any(|item| word == item));
    let words =
        item.into_iter().find(|tree| keyword(tree) || matches!(tree, TokenTree::Ident(word) if word == "fn"));
    match words {
        Some(TokenTree::Ident(word)) if word != "fn" => {
            let text = format!("expected an `async fn` after `#[{}]`, found `{word}`", attribute.name());
            syn::Error::new(word.span(), text)
        }
        _ => mistake,
    }
}

/// Keywords that start an item other than a function. `unsafe`, `const` and `extern` can start
/// either.
const ITEMS: [&str; 10] =
    ["struct", "enum", "union", "impl", "mod", "trait", "type", "static", "use", "macro_rules"];
