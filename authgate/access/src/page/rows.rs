//! The filters, the table of routes and the table of rights.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::iter;

use super::escape::Escaped;
use super::source_link::Template;
use super::{count_routes_with, rule};
use crate::caller::{Caller, Given};
use crate::document::{Document, DocumentRight, DocumentRoute, STATES};
use crate::lock::{Lock, RouteLine, order};
use crate::sarif::encoded;

/// Writes a selection of values, each with its text.
fn select<V: AsRef<str>, T: AsRef<str>>(
    out: &mut String,
    label: &str,
    options: impl IntoIterator<Item = (V, T)>,
) {
    out.push_str(label);
    for (value, text) in options {
        let (value, text) = (Escaped(value.as_ref()), Escaped(text.as_ref()));
        _ = writeln!(out, "<option value=\"{value}\">{text}</option>");
    }
    out.push_str("</select></label>\n");
}

/// Writes the filters. They are hidden, because only the script can show and use them.
pub(super) fn controls(out: &mut String, document: &Document, callers: &[Caller<'_>]) {
    let routes = &document.routes;
    let methods: BTreeSet<_> =
        routes.iter().map(|route| (order(&route.method), route.method.as_str())).collect();
    let principals: BTreeSet<_> = routes.iter().filter_map(|route| route.principal.as_deref()).collect();
    let states = STATES.into_iter().filter(|state| routes.iter().any(|route| route.state == *state));
    let all = || iter::once(("", "all"));
    out.push_str("<form id=\"filters\" role=\"search\" aria-label=\"Filter the routes\" hidden>\n");
    if !callers.is_empty() {
        let callers = callers.iter().map(|caller| match caller.has() {
            Given::Nothing => ("anonymous".to_owned(), "anonymous".to_owned()),
            Given::Identity => ("identity".to_owned(), "authenticated".to_owned()),
            Given::Role(role) => (format!("role:{role}"), format!("role {role}")),
        });
        let callers = iter::once((String::new(), "select …".to_owned())).chain(callers);
        select(out, "<label class=\"who\">Caller<select id=\"caller\">", callers);
        let verdicts =
            [("can", "allowed or allowed if"), ("1", "allowed"), ("2", "allowed if"), ("0", "denied")];
        let label = "<label id=\"verdict-label\" hidden>Show<select id=\"verdict\">\n";
        select(out, label, all().chain(verdicts));
    }
    out.push_str(
        "<label class=\"search\">Search<input id=\"search\" type=\"search\" placeholder=\"path, right, handler\" \
         autocomplete=\"off\" spellcheck=\"false\"></label>\n",
    );
    let methods = methods.into_iter().map(|(_, method)| (method, method_name(method)));
    select(out, "<label>Method<select id=\"method\">", all().chain(methods));
    select(out, "<label>State<select id=\"state\">", all().chain(states.map(|state| (state, state))));
    if principals.len() > 1 {
        let principals = principals.into_iter().map(|principal| (principal, principal));
        select(out, "<label>Principal<select id=\"principal\">", all().chain(principals));
    }
    let count = routes.len();
    _ = write!(
        out,
        "<button type=\"reset\">Reset</button>\n</form>\n<p id=\"shown\" role=\"status\" aria-live=\"polite\">{count} {}</p>\n",
        if count == 1 { "route" } else { "routes" }
    );
}

/// Writes the table of routes.
pub(super) fn table(out: &mut String, document: &Document, lock: Option<&Lock>, link: Option<&Template>) {
    out.push_str(
        "<main>\n<table id=\"routes\" role=\"table\">\n<caption>Routes and their access</caption>\n\
         <thead role=\"rowgroup\"><tr role=\"row\"><th role=\"columnheader\" scope=\"col\">Route</th>\
         <th role=\"columnheader\" scope=\"col\">Access</th>\
         <th role=\"columnheader\" scope=\"col\" class=\"verdict\" id=\"verdict-head\" hidden>Allowed?</th>\
         <th role=\"columnheader\" scope=\"col\">Handler</th></tr></thead>\n<tbody role=\"rowgroup\">\n",
    );
    for (at, route) in document.routes.iter().enumerate() {
        row(out, route, lock.and_then(|lock| lock.routes().get(at)), link);
    }
    out.push_str("</tbody>\n</table>\n<p id=\"none\" hidden>No matching routes.</p>\n</main>\n");
}

fn row(out: &mut String, route: &DocumentRoute, line: Option<&RouteLine>, link: Option<&Template>) {
    let DocumentRoute { method, path, state, principal, source, handler, .. } = route;
    _ = write!(
        out,
        "<tr role=\"row\" class=\"{}\" data-method=\"{}\" data-principal=\"{}\"><th role=\"rowheader\" scope=\"row\">\
         <span class=\"method {}\" title=\"{}\">{}</span> <code class=\"path\">",
        Escaped(state),
        Escaped(method),
        Escaped(principal.as_deref().unwrap_or_default()),
        method_class(method),
        Escaped(method_title(method)),
        Escaped(method_name(method)),
    );
    path_marked(out, path);
    out.push_str("</code></th><td role=\"cell\" class=\"access\">");
    match line {
        Some(line) => rule::access(out, line.access()),
        None => _ = write!(out, "<code>{}</code>", Escaped(&route.access)),
    }
    notes(out, route);
    out.push_str("</td><td role=\"cell\" class=\"verdict\" hidden></td><td role=\"cell\" class=\"handler\">");
    // Allows line breaks between modules.
    _ = write!(out, "<code>{}</code> ", Escaped(handler).to_string().replace("::", "::<wbr>"));
    if !source.file.is_empty() {
        let place = format!("{}:{}", source.file, source.line);
        match link {
            Some(link) => {
                _ = write!(
                    out,
                    "<a rel=\"noreferrer\" href=\"{}\">{}</a>",
                    Escaped(&link.of(source)),
                    Escaped(&place)
                );
            }
            None => _ = write!(out, "<span>{}</span>", Escaped(&place)),
        }
    }
    out.push_str("</td></tr>\n");
}

/// Writes a path with marked parameters.
fn path_marked(out: &mut String, path: &str) {
    for (at, segment) in path.split('/').enumerate() {
        if at > 0 {
            // Allows a line break.
            out.push_str("<wbr>/");
        }
        if segment.contains('{') {
            _ = write!(out, "<var>{}</var>", Escaped(segment));
        } else {
            _ = write!(out, "{}", Escaped(segment));
        }
    }
}

/// Writes the notes after a rule.
fn notes(out: &mut String, route: &DocumentRoute) {
    if !route.conceal && !route.takes_body {
        return;
    }
    out.push_str("<span class=\"notes\">");
    for (is_shown, name, title) in [
        (route.conceal, "conceal", "other callers get 404"),
        (route.takes_body, "body", "the handler reads the request body"),
    ] {
        if is_shown {
            _ = write!(out, " <span class=\"note {name}\" title=\"{title}\">{name}</span>");
        }
    }
    out.push_str("</span>");
}

fn method_name(method: &str) -> &str {
    if method == "*" { "any" } else { method }
}

fn method_class(method: &str) -> &'static str {
    match method {
        "GET" | "HEAD" | "OPTIONS" => "safe",
        "DELETE" => "delete",
        "POST" | "PUT" | "PATCH" => "write",
        _ => "rest",
    }
}

fn method_title(method: &str) -> &'static str {
    match method {
        "*" => "the methods of the path that no other line answers",
        "405" => "the methods that the path does not support",
        "404" => "the paths that no line matches",
        _ => "",
    }
}

/// Writes the table of rights.
pub(super) fn rights(out: &mut String, document: &Document, lock: Option<&Lock>) {
    if document.rights.is_empty() {
        return;
    }
    out.push_str(
        "<section aria-labelledby=\"rights\">\n<h2 id=\"rights\">Rights</h2>\n<table role=\"table\" class=\"rights\">\n\
         <thead role=\"rowgroup\"><tr role=\"row\"><th role=\"columnheader\" scope=\"col\">Right</th>\
         <th role=\"columnheader\" scope=\"col\">Implies</th>\
         <th role=\"columnheader\" scope=\"col\">Grants or allows</th>\
         <th role=\"columnheader\" scope=\"col\">Routes that name it</th></tr></thead>\n<tbody role=\"rowgroup\">\n",
    );
    for right in &document.rights {
        let DocumentRight { kind, name, implies, grants, allows, path, on } = right;
        let token = |kind: &str, name: &str| {
            format!("<code class=\"token {0}\"><i>{0}:</i>{1}</code>", Escaped(kind), Escaped(name))
        };
        let tokens = |kind: &str, names: &[String]| {
            names.iter().map(|name| token(kind, name)).collect::<Vec<_>>().join(" ")
        };
        let mut head = token(kind, name);
        if kind == "role" {
            let caller = encoded(&format!("role:{name}"));
            head = format!("<a href=\"#as={caller}\" title=\"routes that the role can call\">{head}</a>");
        }
        let path = path.iter().chain(on).map(|path| format!("<code>{}</code>", Escaped(path)));
        let path = path.collect::<Vec<_>>().join(" on ");
        let permitted = [tokens("permission", grants), tokens("permission", allows)].concat();
        let asked = lock.map_or(0, |lock| count_routes_with(lock, kind, name));
        _ = writeln!(
            out,
            "<tr role=\"row\"><th role=\"rowheader\" scope=\"row\">{head}</th>\
             <td role=\"cell\" data-label=\"implies\">{}</td><td role=\"cell\" data-label=\"permits\">{permitted}</td>\
             <td role=\"cell\" data-label=\"routes that name it:\" class=\"number\">{asked}</td></tr>",
            [tokens(kind, implies), path].concat(),
        );
    }
    out.push_str("</tbody>\n</table>\n</section>\n");
}
