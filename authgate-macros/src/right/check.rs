//! Checks the type, the name and the error texts of a requirement.

use authgate_access::keywords;
use proc_macro2::Ident;
use syn::ext::IdentExt as _;
use syn::{Data, DeriveInput, LitStr, Path};

use super::attr::Written;
use crate::crate_path::CratePath;
use crate::mistakes::Mistakes;

/// A requirement that passed all checks.
pub(super) struct Right {
    pub(super) authgate: CratePath,
    pub(super) ident: Ident,
    pub(super) type_name: String,
    pub(super) principal: Option<Path>,
    pub(super) kind: String,
    pub(super) name: String,
    /// The reason code and the sentence.
    pub(super) refusal: Option<(LitStr, LitStr)>,
}

/// Returns `None` for an item that is a union or generic.
pub(super) fn check(item: DeriveInput, written: Written, mistakes: &mut Mistakes) -> Option<Right> {
    if let Data::Union(data) = &item.data {
        mistakes.at(data.union_token, "a requirement must be a struct: write `struct Active;`");
        return None;
    }
    if !item.generics.params.is_empty() {
        let text = "a requirement cannot have generic parameters, because it has one name in the access table: \
                    write a plain struct for each";
        mistakes.at(&item.generics, text);
        return None;
    }
    let Written { authgate, principal, kind, name, reason, detail } = written;
    let type_name = item.ident.unraw().to_string();
    let kind = accepted(kind, kind_refused, mistakes).unwrap_or_else(|| "policy".to_owned());
    let name = accepted(name, name_refused, mistakes).unwrap_or_else(|| type_name.clone());
    let refusal = refusal(reason, detail, mistakes);
    Some(Right { authgate, ident: item.ident, type_name, principal, kind, name, refusal })
}

/// Returns the value of the literal, or reports why it is not accepted.
fn accepted(
    written: Option<LitStr>,
    refused: fn(&str) -> Option<String>,
    mistakes: &mut Mistakes,
) -> Option<String> {
    let literal = written?;
    let text = literal.value();
    if let Some(why) = refused(&text) {
        mistakes.push(syn::Error::new(literal.span(), why));
        return None;
    }
    Some(text)
}

fn kind_refused(kind: &str) -> Option<String> {
    if keywords::taken().any(|word| word == kind) {
        return Some(format!(
            "{kind:?} is a keyword of the access table: use another kind, such as `kind = \"account\"`"
        ));
    }
    let mut letters = kind.chars();
    let word = letters.next().is_some_and(|first| first.is_ascii_lowercase())
        && letters.all(|letter| matches!(letter, 'a'..='z' | '0'..='9' | '_'));
    (!word).then(|| {
        format!("{kind:?} is not a valid kind: write a lowercase word, such as `kind = \"account\"`")
    })
}

fn name_refused(name: &str) -> Option<String> {
    let plain = |letter| matches!(letter, 'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '-' | '.' | ':');
    (name.is_empty() || !name.chars().all(plain)).then(|| {
        format!(
            "{name:?} is not a valid name in the access table: write letters, digits, `_`, `-`, `.` and `:`, such as \
             `name = \"active\"`"
        )
    })
}

/// Returns the reason and the detail, which must be given together.
fn refusal(
    reason: Option<LitStr>,
    detail: Option<LitStr>,
    mistakes: &mut Mistakes,
) -> Option<(LitStr, LitStr)> {
    let (reason, detail) = match (reason, detail) {
        (Some(reason), Some(detail)) => (reason, detail),
        (Some(reason), None) => {
            let text = "`detail`, the text for people, is missing: `detail = \"Your account is suspended; write to \
                support.\"`";
            mistakes.push(syn::Error::new(reason.span(), text));
            return None;
        }
        (None, Some(detail)) => {
            let text = "`reason`, the code for programs, is missing: `reason = \"account_suspended\"`";
            mistakes.push(syn::Error::new(detail.span(), text));
            return None;
        }
        (None, None) => return None,
    };
    let code = reason.value();
    let mut sound = true;
    let is_code = (1..=64).contains(&code.len())
        && code.chars().all(|letter| matches!(letter, 'a'..='z' | '0'..='9' | '_'));
    if !is_code {
        let text = format!(
            "{code:?} is not a valid reason: write at most 64 lowercase letters, digits and `_`, such as \
             `reason = \"account_suspended\"`"
        );
        mistakes.push(syn::Error::new(reason.span(), text));
        sound = false;
    }
    if detail.value().trim().is_empty() {
        mistakes.push(syn::Error::new(
            detail.span(),
            "the detail is blank: write a sentence that states the reason",
        ));
        sound = false;
    }
    sound.then_some((reason, detail))
}
