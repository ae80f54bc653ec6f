//! Inserts statements into the body of a handler without parsing the body.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Inserts statements at the start of a body, after inner attributes. Returns `None` for the `;` of
/// a function in a trait.
pub(crate) fn starting_with(statements: TokenStream, body: &TokenStream) -> Option<TokenStream> {
    let mut trees = body.clone().into_iter();
    let (Some(TokenTree::Group(block)), None) = (trees.next(), trees.next()) else { return None };
    if block.delimiter() != Delimiter::Brace {
        return None;
    }
    let (mut started, rest) = inner_attributes(block.stream());
    started.extend([statements, rest]);
    let mut started = Group::new(Delimiter::Brace, started);
    started.set_span(block.span());
    Some(TokenTree::Group(started).into())
}

fn inner_attributes(body: TokenStream) -> (TokenStream, TokenStream) {
    let is =
        |tree: &TokenTree, mark: char| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == mark);
    // Without attributes, which is common, the body stays as it is.
    if !body.clone().into_iter().next().is_some_and(|first| is(&first, '#')) {
        return (TokenStream::new(), body);
    }
    let trees: Vec<TokenTree> = body.into_iter().collect();
    let attributes = trees
        .chunks(3)
        .take_while(
            |chunk| matches!(chunk, [hash, bang, TokenTree::Group(_)] if is(hash, '#') && is(bang, '!')),
        )
        .count();
    let mut trees = trees.into_iter();
    (trees.by_ref().take(3 * attributes).collect(), trees.collect())
}
