//! From text to a lock.

mod cursor;
mod error;
mod layout;
mod names;
mod whole;

use std::collections::HashMap;

pub use error::LockError;

use cursor::Cursor;
use error::shortened;
pub(super) use layout::{Layout, Piece};

use super::access::Access;
use super::line::{RightLine, RouteLine};
use super::right::DocumentRight;
use super::{CANONICAL, HEADER, Lock, TENANT};
use crate::{Builtin, Held, InTenant, Own, Rule, Value, Values, keywords};

impl Lock {
    /// Parses a lock.
    ///
    /// # Errors
    ///
    /// Returns [`LockError`] if the text is not a complete lock of this version. Examples are a
    /// merge conflict, a duplicate line and an undeclared name. The error states the place and the
    /// fix.
    pub fn parse(text: &str) -> Result<Self, LockError> {
        Self::read(text).map(|(lock, _, _)| lock)
    }

    /// Parses a lock, its layout, and the keys of its rights and routes. The layout has a piece for
    /// the header, and one for each key.
    pub(super) fn read(text: &str) -> Result<(Self, Layout<'_>, Vec<Key>), LockError> {
        whole::check(text)?;
        let layout = Layout::of(text);
        let [header, lines @ ..] = layout.pieces.as_slice() else {
            let text = format!(
                "the file is empty: expected `{HEADER}` in the first line; write the lock with \
                 AUTHGATE_BLESS=overwrite"
            );
            return Err(LockError::new(1, 1, text));
        };
        if header.line != HEADER {
            let text = format!("not an access lock: expected `{HEADER}` in the first line");
            return Err(LockError::new(header.number, 1, text));
        }
        let mut lock = Self::default();
        let (mut keys, mut named) = (Vec::new(), Vec::new());
        let mut known: HashMap<Key, (usize, String)> = HashMap::new();
        for piece in lines {
            let mut cursor = Cursor::new(piece.line, piece.number);
            cursor.space();
            let (key, subject) = if is_right(piece.line) {
                let line = right(&mut cursor, piece)?;
                let described = (line.key(), format!("{} {}", line.kind(), line.name()));
                lock.rights.push(line);
                described
            } else {
                let line = route(&mut cursor, piece)?;
                let described = (line.key(), format!("{} {}", line.method, line.path));
                lock.routes.push(line);
                described
            };
            if let Some((number, first)) = known.get(&key) {
                return Err(duplicate(piece.number, &subject, *number, first));
            }
            keys.push(key.clone());
            known.insert(key, (piece.number, subject));
            named.append(&mut cursor.named);
        }
        names::check(&lock, &named)?;
        names::check_cycles(&lock, &named)?;
        Ok((lock, layout, keys))
    }
}

impl Access {
    /// Parses an access, as after the path in a line of a lock with these rights.
    pub(crate) fn read(text: &str, rights: &Lock) -> Result<Self, LockError> {
        if let Some((at, c)) = text.chars().enumerate().find(|(_, c)| c.is_control()) {
            let text = format!("found the control character {c:?}: replace it with a space");
            return Err(LockError::new(1, at + 1, text));
        }
        let mut cursor = Cursor::new(text, 1);
        let access = access(&mut cursor)?;
        cursor.end("the end")?;
        names::check(rights, &cursor.named)?;
        Ok(access)
    }
}

/// The identity of a line: the kind and name of a right, or the method and path of a route.
type Key = (String, String);

/// Returns the error of a line for the same right or route as an earlier line.
fn duplicate(number: usize, subject: &str, earlier: usize, first: &str) -> LockError {
    let spelling = if first == subject {
        String::new()
    } else {
        format!(", as `{}`, and the names of parameters make no difference", shortened(first))
    };
    let subject = shortened(subject);
    let text = format!("`{subject}` is already on line {earlier}{spelling}: remove one of the lines");
    LockError::new(number, 1, text)
}

/// The start of the first line in every version.
const BEFORE_VERSION: &str = "access.lock v";

/// The first words of routes.
pub(crate) const METHODS: [&str; 12] =
    ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "TRACE", "*", "405", "404"];

fn is_right(line: &str) -> bool {
    let first = line.trim_start().split(' ').next();
    keywords::declared().any(|word| Some(word) == first)
        || line.split(' ').any(|word| word == "=") && !METHODS.iter().any(|method| Some(*method) == first)
}

fn right(cursor: &mut Cursor<'_>, piece: &Piece<'_>) -> Result<RightLine, LockError> {
    let mut right = DocumentRight { kind: cursor.bare_word().to_owned(), ..DocumentRight::default() };
    cursor.space();
    let expected = if right.kind == TENANT {
        right.name = cursor.type_name()?;
        cursor.expect(CANONICAL)?;
        "the end of the line"
    } else {
        right.name = cursor.name("a name")?;
        if cursor.is_at_word("=") {
            cursor.takes("=");
            if keywords::is_of_rule(&right.kind) {
                return Err(cursor.error(format!(
                    "a {} cannot have a type: only policies and custom requirements have one",
                    right.kind
                )));
            }
            cursor.space();
            right.path = Some(cursor.type_name()?);
            right.on = cursor.takes_word("on").then(|| cursor.type_name()).transpose()?;
            "`on` or the end of the line"
        } else {
            if cursor.takes_mark(">") {
                right.implies = list(cursor, &right.kind)?;
            }
            if cursor.takes_word("grants") {
                right.grants = list(cursor, "permission")?;
            }
            if cursor.takes_word("allows") {
                right.allows = list(cursor, "permission")?;
            }
            "`>`, `grants`, `allows` or the end of the line"
        }
    };
    cursor.end(expected)?;
    Ok(RightLine { right, around: piece.around() })
}

/// Names with commas between them.
fn list(cursor: &mut Cursor<'_>, kind: &str) -> Result<Vec<String>, LockError> {
    let mut names = Vec::new();
    loop {
        names.push(cursor.name_of(kind)?);
        cursor.space();
        if !cursor.takes_mark(",") {
            return Ok(names);
        }
    }
}

fn route(cursor: &mut Cursor<'_>, piece: &Piece<'_>) -> Result<RouteLine, LockError> {
    let start = cursor.error("");
    let method = cursor.bare_word();
    if !METHODS.contains(&method) {
        let capitals = method.to_ascii_uppercase();
        let text = if METHODS.contains(&capitals.as_str()) {
            format!("expected a method in capitals: `{capitals}`")
        } else {
            format!(
                "unknown first word `{}`: expected `role`, `scope`, `permission`, `factor` or `tenant`, or a method \
                 such as `GET` or `PUT`",
                shortened(method)
            )
        };
        return Err(LockError::new(start.line(), start.column(), text));
    }
    let method = method.to_owned();
    cursor.space();
    let path = cursor.path()?;
    let access = access(cursor)?;
    let expected = match &access {
        Access::Authorized { conceal: true, principal: Some(_), .. } | Access::Authenticated { .. } => {
            "`|` or the end of the line"
        }
        Access::Authorized { conceal: true, .. } => "the end of the line",
        Access::Authorized { principal: Some(_), .. } => "`conceal`, `|` or the end of the line",
        Access::Authorized { .. } => "`&`, `|`, `as`, `conceal` or the end of the line",
        _ => "the end of the line",
    };
    cursor.end(expected)?;
    Ok(RouteLine { method, path, access, around: piece.around() })
}

fn access(cursor: &mut Cursor<'_>) -> Result<Access, LockError> {
    if cursor.takes_word("public") {
        return Ok(Access::Public { reason: cursor.reason()? });
    }
    if cursor.takes_word("ungated") {
        return Ok(Access::Ungated { reason: cursor.reason()? });
    }
    let first = alternative(cursor)?;
    let mut alternatives = vec![first];
    loop {
        cursor.space();
        let states_principal =
            alternatives.last().is_some_and(|alternative| alternative.principal().is_some());
        if !states_principal || !cursor.takes_mark("|") {
            break;
        }
        let next = alternative(cursor)?;
        if next.principal().is_none() {
            return Err(cursor.expected("`as` and the principal of the alternative"));
        }
        if alternatives.iter().any(|known| known.principal() == next.principal()) {
            return Err(cursor.error(
                "two alternatives have the same principal: join their rules with `|` before `as`".to_owned(),
            ));
        }
        if alternatives.len() == MOST_ALTERNATIVES {
            return Err(cursor.error(format!("a route has at most {MOST_ALTERNATIVES} alternatives")));
        }
        alternatives.push(next);
    }
    Ok(match alternatives.pop() {
        Some(only) if alternatives.is_empty() => only,
        last => Access::Either { alternatives: alternatives.into_iter().chain(last).collect() },
    })
}

/// The maximum number of principals of a route.
const MOST_ALTERNATIVES: usize = 2;

fn alternative(cursor: &mut Cursor<'_>) -> Result<Access, LockError> {
    if cursor.takes_word("authenticated") {
        return Ok(Access::Authenticated { principal: cursor.type_name()? });
    }
    let rule = rule(cursor, 0)?.normal();
    let principal = cursor.takes_word("as").then(|| cursor.type_name()).transpose()?;
    Ok(Access::Authorized { rule, principal, conceal: cursor.takes_word("conceal") })
}

/// The maximum depth of nested parentheses.
const DEEPEST: usize = 64;

fn rule(cursor: &mut Cursor<'_>, depth: usize) -> Result<Rule, LockError> {
    joined(cursor, depth, "|", Rule::any, |cursor, depth| joined(cursor, depth, "&", Rule::all, part))
}

fn joined(
    cursor: &mut Cursor<'_>,
    depth: usize,
    mark: &str,
    join: fn(Vec<Rule>) -> Rule,
    part: impl Fn(&mut Cursor<'_>, usize) -> Result<Rule, LockError>,
) -> Result<Rule, LockError> {
    let mut parts = vec![part(cursor, depth)?];
    cursor.space();
    while cursor.takes_mark(mark) {
        parts.push(part(cursor, depth)?);
        cursor.space();
    }
    Ok(join(parts))
}

fn part(cursor: &mut Cursor<'_>, depth: usize) -> Result<Rule, LockError> {
    if depth > DEEPEST {
        return Err(cursor
            .error(format!("parentheses and `!` are nested more than {DEEPEST} deep: simplify the rule")));
    }
    if cursor.takes_mark("!") {
        return Ok(Rule::Not(part(cursor, depth + 1)?.into()));
    }
    if cursor.takes_mark("(") {
        let inner = rule(cursor, depth + 1)?;
        cursor.expect(")")?;
        return Ok(inner);
    }
    if cursor.takes("waived(") {
        let requirement = rule(cursor, depth + 1)?.into();
        cursor.expect(")")?;
        return Ok(Rule::Waived { requirement, reason: cursor.reason()?.into() });
    }
    leaf(cursor)
}

fn leaf(cursor: &mut Cursor<'_>) -> Result<Rule, LockError> {
    let Some(kind) = cursor.kind() else {
        return Err(
            cursor.expected("an access such as `public \"why\"`, `authenticated User` or `role:admin`")
        );
    };
    if let Some(builtin) = Builtin::of_keyword(kind) {
        return Ok(Rule::Builtin(builtin, value(cursor, builtin)?));
    }
    if let Some(kind) = keywords::SETS.into_iter().find(|set| *set == kind) {
        let right = Held::read(kind, cursor.name_of(kind)?);
        let tenant = cursor.takes_word("in").then(|| cursor.type_name()).transpose()?;
        return Ok(Rule::Held { right, tenant: tenant.map(|tenant| InTenant::read(tenant.into())) });
    }
    Ok(match kind {
        "policy" => match cursor.policy_over()? {
            Ok((policy, on)) => Rule::Policy { policy: policy.into(), on: on.into() },
            Err(name) => Rule::Own(Own::read(kind, name)),
        },
        kind => Rule::Own(Own::read(kind, cursor.name("a name")?)),
    })
}

fn value(cursor: &mut Cursor<'_>, builtin: Builtin) -> Result<Value, LockError> {
    let keyword = builtin.row().keyword;
    let what = format!("the value of `{keyword}`");
    Ok(Value::Text(match builtin.row().values {
        Values::Seconds => return Ok(Value::Seconds(cursor.seconds()?)),
        Values::SeveralNames => cursor.name_of(keyword)?.into(),
        Values::OneWord | Values::OneName => cursor.name(&what)?.into(),
        Values::Alternatives => {
            let mut values = Vec::new();
            loop {
                let value = cursor.name(&what)?;
                if value.contains(' ') || value.is_empty() {
                    return Err(cursor.error(format!("a value of `{keyword}` cannot contain spaces")));
                }
                values.push(value);
                if !cursor.takes(",") {
                    break values.join(" ").into();
                }
            }
        }
    }))
}
