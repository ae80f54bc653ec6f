//! Determines the handler of a request from the table and from axum's documentation.

use authgate::access::{Declaration, Kind, Route, Table};

pub(super) struct Oracle<'a> {
    entries: Vec<&'a Route>,
}

/// How a segment of a path matches. Smaller values take precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Text,
    Parameter,
    Rest,
}

impl<'a> Oracle<'a> {
    pub(super) fn of(table: &'a Table) -> Self {
        Self { entries: table.iter().collect() }
    }

    /// Returns the handlers that may respond, or the status if there is no handler.
    pub(super) fn who(&self, method: &str, path: &str) -> Vec<String> {
        let mut who = Vec::new();
        for entry in &self.entries {
            if let Declaration::Ungated { .. } = entry.declaration()
                && fit(entry, path).is_some()
            {
                // The inner service is opaque. It can respond or pass the request on.
                who.push("ungated".to_owned());
            }
        }
        who.push(self.gated_handler(method, path));
        who
    }

    fn gated_handler(&self, method: &str, path: &str) -> String {
        let known =
            self.entries.iter().filter(|entry| !matches!(entry.declaration(), Declaration::Ungated { .. }));
        let fitting: Vec<_> = known
            .filter(|entry| entry.kind() != Kind::Fallback)
            .filter_map(|entry| Some((fit(entry, path)?, *entry)))
            .collect();
        let Some(best) = fitting.iter().map(|(fit, _)| fit).min() else { return self.fallback(path) };
        let of_path: Vec<_> =
            fitting.iter().filter(|(fit, _)| fit == best).map(|(_, entry)| *entry).collect();
        let by = |method: &str| of_path.iter().find(|entry| entry.method() == method);
        let head = || by("GET").filter(|_| method == "HEAD");
        by(method)
            .or_else(head)
            .or_else(|| by("*"))
            .or_else(|| by("405"))
            .map_or_else(|| "405".to_owned(), |entry| name(entry))
    }

    fn fallback(&self, path: &str) -> String {
        let fallbacks = self.entries.iter().filter(|entry| entry.kind() == Kind::Fallback);
        let deepest = fallbacks
            .filter_map(|entry| Some((fit(entry, path)?, *entry)))
            .min_by(|(one, _), (other, _)| one.cmp(other));
        deepest.map_or_else(|| "404".to_owned(), |(_, entry)| name(entry))
    }
}

fn name(entry: &Route) -> String {
    if entry.handler().contains("Router") { "service".to_owned() } else { entry.handler().to_owned() }
}

/// Returns how each segment of a path matches an entry.
fn fit(entry: &Route, path: &str) -> Option<Vec<Fit>> {
    match entry.kind() {
        Kind::Prefix | Kind::Fallback => {
            let prefix = entry.path();
            let bare = prefix.trim_end_matches('/');
            let is_service =
                !matches!(entry.declaration(), Declaration::Ungated { .. }) && entry.kind() == Kind::Prefix;
            if bare.is_empty() && entry.kind() == Kind::Fallback {
                return Some(vec![Fit::Rest]);
            }
            let with_slash = is_service.then(|| fit_pattern(&format!("{bare}/"), path)).flatten();
            fit_pattern(prefix, path)
                .or(with_slash)
                .or_else(|| fit_pattern(&format!("{bare}/{{*rest}}"), path))
        }
        _ => fit_pattern(entry.path(), path),
    }
}

fn fit_pattern(pattern: &str, path: &str) -> Option<Vec<Fit>> {
    let mut fits = Vec::new();
    let mut rest = path.split('/').skip(1);
    for part in pattern.split('/').skip(1) {
        if part.starts_with("{*") {
            fits.push(Fit::Rest);
            let rest: Vec<_> = rest.collect();
            return (!rest.join("/").is_empty()).then_some(fits);
        }
        let text = rest.next()?;
        if part.starts_with('{') {
            fits.push(Fit::Parameter);
            if text.is_empty() {
                return None;
            }
        } else {
            fits.push(Fit::Text);
            if text != part {
                return None;
            }
        }
    }
    rest.next().is_none().then_some(fits)
}
