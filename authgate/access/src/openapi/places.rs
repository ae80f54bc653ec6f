//! The operations that a table has, in OpenAPI's terms.

use std::collections::BTreeMap;

use super::template::Template;
use crate::{Kind, Route, Table};

/// The methods that a document has operations for. `CONNECT` is none of them.
pub(super) const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// All paths, by their key.
pub(super) struct Places<'a>(BTreeMap<String, Place<'a>>);

/// A path with what it answers.
pub(super) struct Place<'a> {
    pub(super) template: Template,
    operations: BTreeMap<&'static str, Operation<'a>>,
}

/// What answers a method on a path.
pub(super) struct Operation<'a> {
    pub(super) route: &'a Route,
    /// Who may call, as the lock has it.
    pub(super) access: String,
}

impl<'a> Places<'a> {
    pub(super) fn of(table: &'a Table) -> Self {
        let lock = table.lock();
        let lines: BTreeMap<_, _> =
            lock.routes().iter().map(|line| ((line.method(), line.path()), line.access())).collect();
        let mut routes: Vec<_> = table.iter().map(|route| (route, route.shown_path())).collect();
        routes.sort_by(|(one, one_path), (other, other_path)| {
            (one_path, one.method()).cmp(&(other_path, other.method()))
        });
        let mut places = Self(BTreeMap::new());
        // What takes the other methods comes last, when it is known which these are.
        for is_rest in [false, true] {
            for (route, path) in &routes {
                let template = match route.kind() {
                    Kind::Route if !is_rest => Template::of_route(route.path()),
                    Kind::OtherMethods if is_rest => Template::of_route(route.path()),
                    Kind::Prefix if is_rest => Template::of_prefix(route.path()),
                    _ => continue,
                };
                let access = lines.get(&(route.method(), path.as_str())).map(ToString::to_string);
                places.add(route, template, &access.unwrap_or_else(|| route.declaration().to_string()));
            }
        }
        places
    }

    fn add(&mut self, route: &'a Route, template: Template, access: &str) {
        let place =
            self.0.entry(template.key()).or_insert_with(|| Place { template, operations: BTreeMap::new() });
        let answers_head = place.operations.contains_key("get");
        for method in METHODS {
            let is_meant = match route.kind() {
                Kind::Route => method.eq_ignore_ascii_case(route.method()),
                // What answers GET answers HEAD.
                _ => method != "head" || !answers_head,
            };
            if is_meant {
                let operation = Operation { route, access: access.to_owned() };
                place.operations.entry(method).or_insert(operation);
            }
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &Place<'a>)> {
        self.0.iter()
    }

    /// The path that answers a path of a document.
    pub(super) fn find(&self, document: &Template) -> Option<(&String, &Place<'a>)> {
        // What OpenAPI takes for the same is the closest.
        if let Some(same) = self.0.get_key_value(&document.key()) {
            return Some(same);
        }
        let fits = self.0.iter().filter_map(|place| Some((place.1.template.fit(document)?, place)));
        fits.min_by(|(one, _), (other, _)| one.cmp(other)).map(|(_, place)| place)
    }
}

impl<'a> Place<'a> {
    /// In the order of [`METHODS`].
    pub(super) fn operations(&self) -> impl Iterator<Item = (&'static str, &Operation<'a>)> {
        METHODS.iter().filter_map(|method| Some((*method, self.operations.get(method)?)))
    }

    /// What answers a method.
    pub(super) fn operation(&self, method: &str) -> Option<&Operation<'a>> {
        let answers = self.operations.get(method);
        answers.or_else(|| self.operations.get("get").filter(|_| method == "head"))
    }
}

impl Operation<'_> {
    /// Whether it is one of several methods that a route takes.
    pub(super) fn is_of_any(&self) -> bool {
        self.route.kind() != Kind::Route
    }
}
