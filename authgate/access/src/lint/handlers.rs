//! The lints of handlers.

use std::collections::BTreeMap;

use super::weaker::Relation;
use super::{Linted, Odd, On};

pub(super) fn two_rules(table: &Linted<'_>, odd: &mut Vec<Odd>) {
    let mut first = BTreeMap::new();
    for (at, (route, line)) in table.document.routes.iter().zip(table.lock.routes()).enumerate() {
        let Some(name) = function(&route.handler) else { continue };
        let (other, known) = *first.entry(name.clone()).or_insert((route, line));
        if table.weaker.relation(known.access(), line.access()) == Relation::Same {
            continue;
        }
        let message = format!(
            "`{name}` has the rule `{}` here, and `{}` at {} {}: use one rule, or a function for each rule",
            line.access(),
            known.access(),
            other.method,
            other.path
        );
        odd.push(Odd { id: "two-rules", on: On::Route(at), message });
    }
}

/// Returns the name of a function without generic arguments, or `None` for closures and services.
fn function(handler: &str) -> Option<String> {
    if handler.contains("{{closure}}") {
        return None;
    }
    let (mut name, mut depth) = (String::new(), 0_usize);
    for c in handler.chars() {
        match c {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            c if depth == 0 => name.push(c),
            _ => {}
        }
    }
    let name = name.trim_end_matches("::");
    // The names of types start with a capital.
    let last = name.rsplit("::").next()?;
    last.starts_with(|c: char| c.is_lowercase() || c == '_').then(|| name.to_owned())
}

pub(super) fn public_body(table: &Linted<'_>, odd: &mut Vec<Odd>) {
    for (at, route) in table.document.routes.iter().enumerate() {
        if route.state == "public" && route.takes_body {
            let message = "anonymous clients can send a body: require authentication, or limit the body and accept the \
                           finding in the lock (`# allow(public-body): why`)"
                .to_owned();
            odd.push(Odd { id: "public-body", on: On::Route(at), message });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::function;

    #[test]
    fn finds_the_name_without_generics() {
        for (handler, expected) in [
            ("app::reports::purge", Some("app::reports::purge")),
            ("app::list<app::Report>", Some("app::list")),
            ("app::list::<a::B<c::D>, E>", Some("app::list")),
            ("app::routes::{{closure}}", None),
            ("tower_http::services::ServeDir", None),
            ("axum::routing::Router<app::App>", None),
            ("", None),
            (">>><", None),
        ] {
            assert_eq!(function(handler).as_deref(), expected, "{handler}");
        }
    }
}
