//! From text to a lock.

mod alone;
mod cursor;
mod error;
mod layout;
mod names;

pub use error::LockError;

use cursor::Cursor;
pub(super) use layout::{Piece, pieces};

use super::line::{Access, Place, RightLine, RouteLine};
use super::{HEADER, Lock, Rule};

impl Lock {
    /// Reads a lock.
    ///
    /// # Errors
    ///
    /// It is none: of another version, cut off, with a merge conflict left in it, with a line twice or a name that it does not
    /// declare. The error says where, and what to do.
    pub fn parse(text: &str) -> Result<Self, LockError> {
        layout::check_bytes(text)?;
        let mut lock = Self::default();
        let mut places = Vec::new();
        let mut has_header = false;
        for Piece { above, number, line, trailing } in pieces(text) {
            if !has_header {
                check_header(line, number)?;
                has_header = true;
                continue;
            }
            let mut cursor = Cursor::new(line, number);
            let own = |comment: &str| comment.trim_start().trim_start_matches('#').trim().to_owned();
            let comments = above.iter().copied().chain(trailing).map(own).collect();
            if is_right(line) {
                let right = RightLine { comments, ..right(&mut cursor)? };
                if let Some(known) = lock.right(&right.kind, &right.name).and_then(RightLine::line) {
                    let RightLine { kind, name, .. } = &right;
                    return Err(LockError::new(number, 1, twice(&format!("{kind} `{name}`"), known)));
                }
                lock.rights.push(right);
            } else {
                let mut route = route(&mut cursor)?;
                route.comments = comments;
                let key = route.key();
                if let Some(known) = lock.routes.iter().find(|known| known.key() == key) {
                    let what = format!("`{} {}`", route.method, route.path);
                    return Err(LockError::new(number, 1, twice(&what, known.line().unwrap_or(0))));
                }
                lock.routes.push(route);
            }
            places.push(cursor.named);
        }
        if !has_header {
            return Err(LockError::new(
                1,
                1,
                format!("there is nothing in it: the first line is `{HEADER}`"),
            ));
        }
        names::check(&lock, places.into_iter().flatten())?;
        Ok(lock)
    }
}

fn twice(what: &str, line: usize) -> String {
    format!("{what} is on line {line} already: keep the one that is meant")
}

fn check_header(line: &str, number: usize) -> Result<(), LockError> {
    let line = line.trim_end();
    if line == HEADER {
        return Ok(());
    }
    Err(LockError::new(
        number,
        1,
        match line.strip_prefix("access.lock v") {
            Some(version) => format!(
                "this lock is of version {version}, and version 1 is what this authgate reads: read it with the authgate \
                 that wrote it, or write it anew with AUTHGATE_BLESS=1"
            ),
            None => format!("no access lock begins like this: the first line is `{HEADER}`"),
        },
    ))
}

/// The words that rights begin with.
const KINDS: [&str; 4] = ["role", "scope", "permission", "factor"];
/// The words that routes begin with.
pub(in crate::access) const METHODS: [&str; 12] =
    ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "TRACE", "*", "405", "404"];

fn is_right(line: &str) -> bool {
    KINDS.contains(&line.split(' ').next().unwrap_or_default())
}

fn right(cursor: &mut Cursor<'_>) -> Result<RightLine, LockError> {
    let place = Place(cursor.number());
    let kind = cursor.bare_word().to_owned();
    cursor.space();
    let name = cursor.name("a name")?;
    let mut right = RightLine { place, ..RightLine::plain(&kind, &name) };
    cursor.space();
    if cursor.takes(">") {
        right.implies = list(cursor, &right.kind)?;
    }
    if cursor.takes_word("grants") {
        right.grants = list(cursor, "permission")?;
    }
    if cursor.takes_word("allows") {
        right.allows = list(cursor, "permission")?;
    }
    cursor.end("`>`, `grants`, `allows` or the end of the line")?;
    Ok(right)
}

/// Names with commas between them.
fn list(cursor: &mut Cursor<'_>, kind: &str) -> Result<Vec<String>, LockError> {
    let mut names = Vec::new();
    loop {
        cursor.space();
        names.push(cursor.name_of(kind)?);
        cursor.space();
        if !cursor.takes(",") {
            return Ok(names);
        }
    }
}

fn route(cursor: &mut Cursor<'_>) -> Result<RouteLine, LockError> {
    let place = Place(cursor.number());
    let method = cursor.bare_word();
    if !METHODS.contains(&method) {
        let text = format!(
            "a line begins with a right (`role`, `scope`, `permission`, `factor`) or a route (`GET`, `PUT`, `*`), and \
             `{method}` is neither"
        );
        return Err(LockError::new(cursor.number(), 1, text));
    }
    let method = method.to_owned();
    cursor.space();
    let path = cursor.path()?;
    cursor.space();
    let access = access(cursor)?;
    cursor.space();
    cursor.end("the end of the line")?;
    Ok(RouteLine { method, path, access, comments: Vec::new(), place })
}

fn access(cursor: &mut Cursor<'_>) -> Result<Access, LockError> {
    if cursor.takes_word("public") {
        return Ok(Access::Public { reason: cursor.reason()? });
    }
    if cursor.takes_word("ungated") {
        return Ok(Access::Ungated { reason: cursor.reason()? });
    }
    if cursor.takes_word("authenticated") {
        cursor.space();
        return Ok(Access::Authenticated { principal: cursor.type_name()? });
    }
    let rule = rule(cursor, 0)?.normal();
    let mut principal = None;
    if cursor.takes_word("as") {
        cursor.space();
        principal = Some(cursor.type_name()?);
        cursor.space();
    }
    let conceal = cursor.takes_word("conceal");
    Ok(Access::Authorized { rule, principal, conceal })
}

/// How deep parentheses may be.
const DEEPEST: usize = 64;

fn rule(cursor: &mut Cursor<'_>, depth: usize) -> Result<Rule, LockError> {
    joined(cursor, depth, "|", Rule::Any, |cursor, depth| joined(cursor, depth, "&", Rule::All, part))
}

fn joined(
    cursor: &mut Cursor<'_>,
    depth: usize,
    mark: &str,
    join: fn(Vec<Rule>) -> Rule,
    part: impl Fn(&mut Cursor<'_>, usize) -> Result<Rule, LockError>,
) -> Result<Rule, LockError> {
    let first = part(cursor, depth)?;
    cursor.space();
    if !cursor.is_at(mark) {
        return Ok(first);
    }
    let mut parts = vec![first];
    while cursor.takes(mark) {
        cursor.space();
        parts.push(part(cursor, depth)?);
        cursor.space();
    }
    Ok(join(parts))
}

fn part(cursor: &mut Cursor<'_>, depth: usize) -> Result<Rule, LockError> {
    if depth > DEEPEST {
        return Err(
            cursor.error(format!("the parentheses are more than {DEEPEST} deep: write the rule flatter"))
        );
    }
    if cursor.takes("!") {
        cursor.space();
        return Ok(Rule::Not(Box::new(part(cursor, depth + 1)?)));
    }
    if cursor.takes("(") {
        cursor.space();
        let inner = rule(cursor, depth + 1)?;
        cursor.expect(")")?;
        return Ok(inner);
    }
    if cursor.takes("waived(") {
        let requirement = Box::new(rule(cursor, depth + 1)?);
        cursor.expect(")")?;
        return Ok(Rule::Waived { requirement, reason: cursor.reason()? });
    }
    leaf(cursor)
}

fn leaf(cursor: &mut Cursor<'_>) -> Result<Rule, LockError> {
    let Some(kind) = cursor.kind() else {
        return Err(cursor.expected(
            "who may call: `public \"why\"`, `authenticated User`, or a right such as `role:admin`",
        ));
    };
    Ok(match kind {
        "role" | "scope" | "permission" => {
            let name = cursor.name_of(kind)?;
            let mut tenant = None;
            cursor.space();
            if cursor.takes_word("in") {
                cursor.space();
                tenant = Some(cursor.type_name()?);
            }
            Rule::Held { kind: kind.to_owned(), name, tenant }
        }
        "scheme" => Rule::Scheme(cursor.name("the name of a scheme")?),
        "fresh" => Rule::Fresh(cursor.seconds()?),
        "acr" => {
            let mut values = vec![cursor.name("a class")?];
            while cursor.takes(",") {
                values.push(cursor.name("a class")?);
            }
            Rule::Acr(values)
        }
        "factor" => Rule::Factor(cursor.name_of("factor")?),
        "policy" => match cursor.policy_over()? {
            Ok((policy, on)) => Rule::Policy { policy, on },
            Err(name) => Rule::Own { kind: kind.to_owned(), name },
        },
        kind => Rule::Own { kind: kind.to_owned(), name: cursor.name("a name")? },
    })
}
