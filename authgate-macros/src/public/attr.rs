//! Parses the content of `#[public(..)]`.

use proc_macro2::{Span, TokenStream};
use syn::LitStr;
use syn::parse::ParseStream;

use crate::crate_path::CratePath;
use crate::keys::{self, Known};
use crate::mistakes::Mistakes;

const KNOWN: Known = Known {
    attribute: "public",
    place: "a handler",
    keys: &["reason", "crate"],
    example: "reason = \"load balancer probe\"",
};

/// The maximum length of a reason in bytes, as in the type that carries it.
const LONGEST: usize = 256;

pub(super) fn read(attribute: TokenStream, mistakes: &mut Mistakes) -> (CratePath, Option<String>) {
    let (mut authgate, mut reason) = (CratePath::default(), None);
    let parsed = syn::parse::Parser::parse2(
        |input: ParseStream<'_>| {
            keys::read(input, KNOWN, mistakes, |key, input, _| match key.to_string().as_str() {
                "reason" => {
                    let given = keys::string(&key, input, "reason = \"load balancer probe\"")?;
                    keys::once(&mut reason, &key, checked(&given, "why every caller may call this handler")?)
                }
                "crate" => authgate.read(&key, input),
                _ => Err(KNOWN.unknown(&key)),
            });
            Ok(())
        },
        attribute,
    );
    mistakes.ok(parsed);
    if reason.is_none() && mistakes.is_empty() {
        let text = "the reason is missing: write why every caller may call this, `#[public(reason = \"load balancer \
            probe\")]`";
        mistakes.push(syn::Error::new(Span::call_site(), text));
    }
    (authgate, reason)
}

/// Returns the reason if it is one line of text. `why` describes the expected text, such as
/// `why every caller may call this handler`.
pub(crate) fn checked(literal: &LitStr, why: &str) -> syn::Result<String> {
    let reason = literal.value();
    let refused = |text: String| Err(syn::Error::new(literal.span(), text));
    // Other unreadable text, such as a Hangul filler, is rejected when the route is registered.
    if !reason.contains(char::is_alphanumeric) {
        return refused(format!("the reason is blank: write {why}"));
    }
    if reason.len() > LONGEST {
        return refused(format!(
            "the reason has {} bytes, but at most {LONGEST} are allowed: shorten it",
            reason.len()
        ));
    }
    match reason.chars().find(|letter| letter.is_control()) {
        Some(letter) => refused(format!("the reason must be one line of text without {letter:?}")),
        None => Ok(reason),
    }
}
