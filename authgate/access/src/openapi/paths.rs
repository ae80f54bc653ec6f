//! The paths and operations of the table, in the terms of OpenAPI.

use std::collections::BTreeMap;

use crate::{Kind, Route, Table};

/// The methods that an OpenAPI path item can describe. `CONNECT` is not one of them.
pub(super) const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// A path of a router or of a document.
#[derive(Clone, Debug)]
pub(super) struct Template {
    /// The path in OpenAPI's syntax: `/files/{*path}` -> `/files/{path}`.
    pub(super) text: String,
    /// The path without the names of its parameters: `/files/{*path}` -> `/files/{*}`.
    pattern: String,
    pub(super) parameters: Vec<String>,
    /// `true` if `/static/{rest}` includes `/static`.
    includes_parent: bool,
}

impl Template {
    /// Parses a path of axum, in which `{{` and `}}` are literal braces.
    fn of_route(path: &str) -> Self {
        Self::parse(path, true)
    }

    /// Parses a path of axum below which everything is included.
    fn of_prefix(path: &str) -> Self {
        let template = Self::of_route(&format!("{}/{{*rest}}", path.trim_end_matches('/')));
        Self { includes_parent: true, ..template }
    }

    /// Parses a path of a document.
    pub(super) fn of_document(path: &str) -> Self {
        Self::parse(path, false)
    }

    fn parse(path: &str, has_escapes: bool) -> Self {
        let (text, pattern) = (String::new(), String::new());
        let mut template = Self { text, pattern, parameters: Vec::new(), includes_parent: false };
        let mut rest = path;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, braced) = rest.split_at(at);
            template.push(before, before);
            let is_escape = has_escapes && (braced.starts_with("{{") || braced.starts_with("}}"));
            match braced.strip_prefix('{').and_then(|braced| braced.split_once('}')) {
                Some((name, after)) if !is_escape => {
                    template.push_parameter(name);
                    rest = after;
                }
                // An unpaired brace is literal, too.
                _ => {
                    let brace = if braced.starts_with('{') { "%7B" } else { "%7D" };
                    template.push(brace, brace);
                    rest = braced.get(1 + usize::from(is_escape)..).unwrap_or_default();
                }
            }
        }
        template.push(rest, rest);
        template
    }

    fn push(&mut self, text: &str, pattern: &str) {
        self.text.push_str(text);
        self.pattern.push_str(&pattern.replace("%7b", "%7B").replace("%7d", "%7D"));
    }

    /// Adds a parameter. The names of a path's parameters are distinct: `/{id}/{id}` ->
    /// `/{id}/{id_}`.
    fn push_parameter(&mut self, name: &str) {
        let mut unique = name.trim_start_matches('*').to_owned();
        while self.parameters.contains(&unique) {
            unique.push('_');
        }
        self.push(&format!("{{{unique}}}"), if name.starts_with('*') { "{*}" } else { "{}" });
        self.parameters.push(unique);
    }

    /// Returns the same key for paths that differ in the names of their parameters only.
    pub(super) fn key(&self) -> String {
        self.pattern.replace("{*}", "{}")
    }

    /// Returns how closely a route fits a path of a document, smaller is closer, or `None` if the
    /// route does not answer it.
    fn fit(&self, document: &Self) -> Option<Vec<u8>> {
        let document = document.key();
        let (mut own, mut other) = (self.pattern.split('/').peekable(), document.split('/'));
        let mut fit = Vec::new();
        while let Some(segment) = own.next() {
            let other = other.next();
            if segment == "{*}" && own.peek().is_none() {
                fit.push(2);
                return (self.includes_parent || other.is_some()).then_some(fit);
            }
            let other = other?;
            match segment {
                same if same == other => fit.push(u8::from(same == "{}")),
                "{}" if !other.is_empty() => fit.push(1),
                _ => return None,
            }
        }
        other.next().is_none().then_some(fit)
    }
}

/// A path of the router, and the route for each method.
pub(super) struct Place<'a> {
    pub(super) template: Template,
    pub(super) routes: BTreeMap<&'static str, &'a Route>,
}

/// The paths of the router, by [`Template::key`].
pub(super) struct Paths<'a>(pub(super) BTreeMap<String, Place<'a>>);

impl<'a> Paths<'a> {
    pub(super) fn of(table: &'a Table) -> Self {
        let mut paths = Self(BTreeMap::new());
        let mut routes: Vec<_> = table.iter().collect();
        // Routes for the remaining methods come last.
        routes.sort_by_cached_key(|route| (answers_any(route), route.shown_path(), route.method()));
        routes.into_iter().for_each(|route| paths.add(route));
        paths
    }

    fn add(&mut self, route: &'a Route) {
        let template = match route.kind() {
            Kind::Route | Kind::OtherMethods => Template::of_route(route.path()),
            Kind::Prefix => Template::of_prefix(route.path()),
            Kind::Fallback | Kind::MethodNotAllowed => return,
        };
        let place = Place { template, routes: BTreeMap::new() };
        let place = self.0.entry(place.template.key()).or_insert(place);
        let answers_get = place.routes.contains_key("get");
        for method in METHODS {
            let is_answered = if answers_any(route) {
                // The route for GET answers HEAD.
                method != "head" || !answers_get
            } else {
                method.eq_ignore_ascii_case(route.method())
            };
            if is_answered {
                place.routes.entry(method).or_insert(route);
            }
        }
    }

    /// Returns the route that answers an operation of a document, with the key of its path.
    pub(super) fn find(&self, document: &Template, method: &str) -> Option<(&String, &'a Route)> {
        let (key, place) = self.0.get_key_value(&document.key()).or_else(|| {
            let fits = self.0.iter().filter_map(|found| Some((found.1.template.fit(document)?, found)));
            fits.min_by(|(one, _), (other, _)| one.cmp(other)).map(|(_, found)| found)
        })?;
        let of = |method| Some((key, *place.routes.get(method)?));
        of(method).or_else(|| of("get").filter(|_| method == "head"))
    }
}

/// Returns `true` if a route answers any method.
pub(super) fn answers_any(route: &Route) -> bool {
    route.kind() != Kind::Route
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_routes_in_the_syntax_of_openapi() {
        for (path, text) in [
            ("/", "/"),
            ("/reports/{id}", "/reports/{id}"),
            ("/files/{*path}", "/files/{path}"),
            ("/a{{b}}/{c}", "/a%7Bb%7D/{c}"),
            ("/{id}/x/{id}", "/{id}/x/{id_}"),
            ("/{id_}/{id}/{id}", "/{id_}/{id}/{id__}"),
            ("/a{b", "/a%7Bb"),
        ] {
            assert_eq!(Template::of_route(path).text, text, "{path}");
        }
        assert_eq!(Template::of_prefix("/static/").text, "/static/{rest}");
        assert_eq!(Template::of_prefix("/{rest}/files").text, "/{rest}/files/{rest_}");
        assert_eq!(Template::of_document("/a%7bb%7D/{x}").key(), Template::of_route("/a{{b}}/{c}").key());
    }

    #[test]
    fn finds_the_closest_route() {
        let routes = [
            Template::of_route("/reports/{id}"),
            Template::of_route("/reports/latest"),
            Template::of_route("/files/{*path}"),
            Template::of_prefix("/static"),
        ];
        for (path, expected) in [
            ("/reports/{report_id}", Some(0)),
            ("/reports/latest", Some(1)),
            ("/reports/7", Some(0)),
            ("/reports/", None),
            ("/reports/{id}/more", None),
            ("/files/{dir}/{name}", Some(2)),
            ("/files", None),
            ("/static", Some(3)),
            ("/static/app.css", Some(3)),
            ("/statics", None),
        ] {
            let document = Template::of_document(path);
            let fits = routes.iter().enumerate().filter_map(|(at, route)| Some((route.fit(&document)?, at)));
            assert_eq!(fits.min().map(|(_, at)| at), expected, "{path}");
        }
    }
}
