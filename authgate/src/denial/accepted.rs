//! What would be accepted in the place of what a caller lacks, as header fields.

use http::header::{HeaderName, HeaderValue};

use crate::right::Evaluated;
use crate::right::Rule;

/// The field for each kind of right.
pub(super) const FIELDS: [(&str, &str); 3] =
    [("role", "x-accepted-roles"), ("scope", "x-accepted-scopes"), ("permission", "x-accepted-permissions")];

/// A field for each kind of right of which something is missing, with the names that would be accepted, separated by commas.
pub(super) fn fields(missing: &[&Evaluated]) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
    FIELDS.into_iter().filter_map(|(kind, field)| {
        let names = names(missing, kind);
        let value = HeaderValue::try_from(names.join(", ")).ok().filter(|_| !names.is_empty())?;
        Some((HeaderName::from_static(field), value))
    })
}

/// The names of a kind that would be accepted, each once, as far as they can stand in such a list.
fn names(missing: &[&Evaluated], kind: &str) -> Vec<&'static str> {
    let mut names = Vec::new();
    for part in missing {
        let Rule::Held { right: held, .. } = part.expression() else { continue };
        for name in held.granted_by().filter(|name| held.kind() == kind && can_be_listed(name)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

fn can_be_listed(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b',')
}
