//! What would be accepted in the place of what a caller lacks, as header fields.

use http::header::{HeaderName, HeaderValue};

use crate::right::Evaluated;
use crate::right::Expression;

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
        let (Expression::Held(held) | Expression::In { held, .. }) = part.expression() else { continue };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::right::Lack;
    use crate::right::{Canonical, TypeName, held};
    use crate::right::{Decision, RightSet, TenantFrom, kind};

    struct Permission;

    impl RightSet for Permission {
        type Kind = kind::Permission;
        const NAME: &'static str = "Permission";
        const NAMES: &'static [&'static str] = &["read", "write", "a, b", "all"];
        const CLOSURE: &'static [u128] = &[0b0001, 0b0011, 0b0101, 0b1111];

        fn index(&self) -> usize {
            0
        }

        fn at(_: usize) -> Option<Self> {
            Some(Self)
        }
    }

    static READ: Expression = Expression::Held(held::<Permission>(0));
    static WRITE: Expression = Expression::In {
        tenant: TypeName::of::<Permission>(),
        from: TenantFrom::PathParameter("org"),
        canonical: Canonical::NONE,
        held: held::<Permission>(1),
    };
    static COMMA: Expression = Expression::Held(held::<Permission>(2));
    static FRESH: Expression = Expression::Fresh(1);

    fn told(missing: &[&'static Expression]) -> Vec<(String, String)> {
        let no =
            |expression: &&'static Expression| Evaluated::leaf(expression, Decision::Deny(Lack::Permission));
        let missing: Vec<_> = missing.iter().map(no).collect();
        let missing: Vec<_> = missing.iter().collect();
        let fields = fields(&missing);
        fields.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect()
    }

    #[test]
    fn each_name_that_would_do_is_told_once_under_its_kind() {
        let accepted = |names: &str| vec![("x-accepted-permissions".to_owned(), names.to_owned())];
        assert_eq!(told(&[&READ]), accepted("read, write, all"));
        assert_eq!(told(&[&WRITE]), accepted("write, all"));
        assert_eq!(told(&[&WRITE, &FRESH, &READ]), accepted("write, all, read"));
        assert_eq!(told(&[&COMMA]), accepted("all"));
        assert_eq!(told(&[&FRESH]), []);
        assert_eq!(told(&[]), []);
    }

    #[test]
    fn what_would_break_a_list_is_left_out_of_it() {
        for (name, expected) in [
            ("reports:write", true),
            ("https://api.example/write", true),
            ("", false),
            ("a b", false),
            ("a,b", false),
            ("a\r\nb", false),
            ("\u{e9}", false),
        ] {
            assert_eq!(can_be_listed(name), expected, "{name:?}");
        }
    }
}
