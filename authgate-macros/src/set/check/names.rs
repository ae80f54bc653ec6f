use crate::mistakes::Mistakes;
use crate::set::Kind;
use crate::set::case::Case;
use crate::set::input::Member;

/// Returns the names that tokens carry, and reports duplicates.
pub(super) fn check(kind: Kind, case: Case, members: &[Member], mistakes: &mut Mistakes) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for member in members {
        let name = name(kind, case, member, mistakes);
        let span = member.attribute.name.as_ref().map_or(member.ident.span(), syn::LitStr::span);
        let first = names.iter().position(|earlier| *earlier == name).and_then(|at| members.get(at));
        if let Some(first) = first.filter(|first| first.ident != member.ident) {
            mistakes.push(syn::Error::new(span, same(kind, &name, first)));
        }
        names.push(name);
    }
    names
}

fn same(kind: Kind, name: &str, first: &Member) -> String {
    let word = kind.word();
    format!(
        "`{}` already has the name {name:?}: use another name for this {word}, `#[{word}(name = \"..\")]`",
        first.ident
    )
}

fn name(kind: Kind, case: Case, member: &Member, mistakes: &mut Mistakes) -> String {
    let Some(literal) = &member.attribute.name else {
        let name = member.default_name(case);
        if let Some(text) = refused(kind, &name) {
            mistakes.push(syn::Error::new(member.ident.span(), text));
        }
        return name;
    };
    let name = literal.value();
    if let Some(text) = refused(kind, &name) {
        mistakes.push(syn::Error::new(literal.span(), text));
        // Use the default name, so that the rejected name is reported once.
        return member.default_name(case);
    }
    name
}

/// Rejects characters that RFC 6749 section 3.3 does not allow in a scope. Roles and permissions
/// follow the same rule, because tokens carry them in the same claims.
fn refused(kind: Kind, name: &str) -> Option<String> {
    let word = kind.word();
    if name.is_empty() {
        return Some(format!(
            "the name of the {word} is empty: write the name in tokens, `name = \"admin\"`"
        ));
    }
    let at_fault =
        name.chars().find(|letter| !matches!(letter, '\x21' | '\x23'..='\x5B' | '\x5D'..='\x7E'))?;
    let at_fault = match at_fault {
        ' ' => "a space".to_owned(),
        other => format!("`{}`", other.escape_default()),
    };
    Some(format!(
        "the name of a {word} cannot contain {at_fault}: write printable ASCII without spaces, `\"` and `\\`, `name = \
         \"..\"`"
    ))
}
