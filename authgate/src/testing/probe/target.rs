//! The request target that reaches a route.

use std::collections::BTreeMap;

use http::header::{HOST, HeaderName, HeaderValue};
use http::{Method, Request};

use crate::access::{Kind, Route};
use crate::right::{Canonical, Declaration, Rule, TenantFrom};

/// The target of the requests to a route.
pub(super) struct Target {
    pub(super) method: Method,
    pub(super) path: String,
    /// A path without a resource.
    pub(super) missing: String,
    /// The tenant of the requests, if the route requires one. It is in a header field if it is not
    /// in the path.
    pub(super) tenant: Option<String>,
    /// Another tenant, in the same form.
    pub(super) another_tenant: &'static str,
    fields: Vec<(HeaderName, HeaderValue)>,
}

/// Tenants for requests that name one in a field. The second and third are for canonical forms that
/// accept only numbers or UUIDs.
const TENANTS: [&str; 3] = ["probe", "1", "f81d4fae-7dec-41d0-a765-00a0c91e6bf6"];
/// Tenants other than that of the request.
const OTHERS: [&str; 3] = ["authgate-another-tenant", "2", "0f5c7b1e-3a53-4e0c-9d0b-6a3a5b4d1c22"];

/// Returns the first name that has a canonical form and is not `other_than`.
fn named(names: [&'static str; 3], canonical: Canonical, other_than: Option<&str>) -> &'static str {
    let form = |name| canonical.of(name);
    let taken = other_than.and_then(form);
    let [first, ..] = names;
    names.into_iter().find(|name| form(name).is_some_and(|name| Some(name) != taken)).unwrap_or(first)
}

impl Target {
    pub(super) fn of(
        route: &Route,
        routes: &[Route],
        paths: &BTreeMap<String, String>,
        missing: &BTreeMap<String, String>,
    ) -> Self {
        let shown = route.shown_path();
        let given = paths.get(&shown).or_else(|| paths.get(route.path()));
        let path = given.cloned().unwrap_or_else(|| free(route, routes));
        let nowhere = missing.get(&shown).or_else(|| missing.get(route.path()));
        let nowhere = nowhere.cloned().unwrap_or_else(|| filled(route, "4294967295"));
        let (mut tenant, mut another_tenant, mut fields) = (None, OTHERS[0], Vec::new());
        for declaration in route.declaration().alternatives() {
            let Declaration::Authorized { right, .. } = declaration else { continue };
            each_tenant(right, &mut |from, canonical| {
                let name = named(TENANTS, canonical, None);
                match from {
                    TenantFrom::PathParameter(name) => tenant = parameter(route.path(), &path, name),
                    TenantFrom::Subdomain(domain) => {
                        tenant = Some(name.to_owned());
                        let host = HeaderValue::try_from(format!("{name}.{domain}"));
                        fields.extend(host.map(|host| (HOST, host)));
                    }
                    TenantFrom::HeaderField(field) => {
                        tenant = Some(name.to_owned());
                        let field = HeaderName::try_from(field);
                        fields.extend(field.map(|field| (field, HeaderValue::from_static(name))));
                    }
                    _ => {}
                }
                another_tenant = named(OTHERS, canonical, tenant.as_deref());
            });
        }
        Self { method: method(route, routes), path, missing: nowhere, tenant, another_tenant, fields }
    }

    /// Returns the path with a byte that is not UTF-8 for each parameter: `/reports/%ff`.
    pub(super) fn non_utf8_path(&self, route: &Route) -> String {
        filled(route, "%ff")
    }

    /// Returns the head of a request to the route, with a content type that no handler accepts.
    pub(super) fn request(&self, method: &Method, path: &str) -> Option<http::request::Parts> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &self.fields {
            request = request.header(name, value);
        }
        if !matches!(*method, Method::GET | Method::HEAD) {
            request = request.header("content-type", "application/x-authgate-probe");
        }
        request.body(()).ok().map(|request| request.into_parts().0)
    }
}

fn each_tenant(right: &Rule, see: &mut impl FnMut(TenantFrom, Canonical)) {
    match right {
        Rule::Held { tenant: Some(tenant), .. } => {
            if let Some(from) = tenant.from() {
                see(from, tenant.canonical());
            }
        }
        _ => right.parts().iter().for_each(|part| each_tenant(part.get(), see)),
    }
}

/// Returns a method that reaches the route.
fn method(route: &Route, routes: &[Route]) -> Method {
    let taken = |method: &Method| {
        let same = |other: &&Route| other.path() == route.path() && other.kind() == Kind::Route;
        routes.iter().filter(same).any(|other| {
            other.method() == method.as_str() || (other.method() == "GET" && *method == Method::HEAD)
        })
    };
    match route.kind() {
        Kind::Route => Method::from_bytes(route.method().as_bytes()).unwrap_or_default(),
        Kind::Fallback => Method::GET,
        _ => {
            let known =
                [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
            let other = known.into_iter().find(|method| !taken(method));
            other.unwrap_or_else(|| Method::from_bytes(b"PROBE").unwrap_or_default())
        }
    }
}

/// Returns a path that reaches this route and no other.
fn free(route: &Route, routes: &[Route]) -> String {
    let is_free = |path: &String| !routes.iter().any(|other| takes_away(other, route, path));
    let values = ["1", "2", "3", "authgate-probe"].map(|value| filled(route, value));
    // Other routes may take every path below a fallback, and leave only the fallback's own path.
    let deeper = ["/2/3", "/2/3/4/5/6/7"].map(|more| filled(route, "1") + more);
    let itself = format!("{}/", filled(route, "1").trim_end_matches("/authgate-probe/1"));
    let others = if route.kind() == Kind::Fallback {
        Vec::from_iter(deeper.into_iter().chain([itself]))
    } else {
        Vec::new()
    };
    values.into_iter().chain(others).find(is_free).unwrap_or_else(|| filled(route, "1"))
}

/// Returns `true` if a path reaches the other route instead of this one, as far as that is certain.
/// At the first difference, a literal segment has precedence over a parameter. A fallback comes
/// last.
fn takes_away(other: &Route, route: &Route, path: &str) -> bool {
    if other.kind() == Kind::Fallback || other.path() == route.path() {
        return false;
    }
    let prefix = matches!(other.kind(), Kind::Prefix);
    let mut ours = route.path().split('/');
    let mut goes_before = route.kind() == Kind::Fallback;
    let mut rest = path.split('/').peekable();
    for segment in other.path().split('/') {
        let our = ours.next();
        if segment.starts_with("{*") {
            return goes_before && rest.next().is_some_and(|first| !first.is_empty());
        }
        let Some(value) = rest.next() else { return false };
        if segment.contains('{') {
            if value.is_empty() {
                return false;
            }
        } else if segment != value {
            return false;
        } else {
            goes_before |= our.is_none_or(|our| our.contains('{'));
        }
    }
    goes_before && (prefix || rest.next().is_none())
}

/// Returns the route's path with a value for each parameter: `/reports/{id}`, `1` -> `/reports/1`.
fn filled(route: &Route, value: &str) -> String {
    let mut path = String::new();
    let mut rest = route.path();
    while let Some((before, after)) = rest.split_once('{') {
        path.push_str(before);
        if let Some(after) = after.strip_prefix('{') {
            path.push('{');
            rest = after;
            continue;
        }
        let Some((_, after)) = after.split_once('}') else { break };
        path.push_str(value);
        rest = after;
    }
    path.push_str(&rest.replace("}}", "}"));
    match route.kind() {
        Kind::Fallback => format!("{}/authgate-probe/{value}", path.trim_end_matches('/')),
        Kind::Prefix => format!("{}/{value}", path.trim_end_matches('/')),
        _ => path,
    }
}

/// Returns the value of a parameter: `/orgs/{org}`, `/orgs/acme`, `org` -> `acme`.
fn parameter(route: &str, path: &str, name: &str) -> Option<String> {
    let path = path.split('?').next().unwrap_or_default();
    let mut pairs = route.split('/').zip(path.split('/'));
    let (_, value) = pairs.find(|(segment, _)| *segment == format!("{{{name}}}"))?;
    Some(value.to_owned())
}
