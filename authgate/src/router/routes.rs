use std::fmt;

use super::error::must;
use super::{Entry, RouterError};
use crate::access::{Declaration, Kind, Rule, TypeText};
use crate::error::ConfigError;
use crate::handler::Call;
use crate::proof::resource::names;
use crate::right::TenantFrom;

/// The routes of a [`Router`](super::Router) or a [`MethodRouter`](super::MethodRouter), each with
/// the check that needs the state.
pub(crate) struct Routes<S>(Vec<(Entry, Option<Check<S>>)>);

/// Checks that the gate in the state has a scheme that the route accepts.
type Check<S> = fn(&S) -> Result<(), ConfigError>;

impl<S> Routes<S> {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Creates a list of one route. Most declarations accept every scheme of one gate and need no
    /// check.
    pub(super) fn one(entry: Entry, check: Check<S>) -> Self {
        let declaration = &entry.declaration;
        let is_needed = declaration.alternatives().len() > 1 || !declaration.accepted_schemes().is_all();
        let check = is_needed.then_some(check);
        Self(vec![(entry, check)])
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter().map(|(route, _)| route)
    }

    pub(super) fn map(self, change: impl Fn(Entry) -> Entry) -> Self {
        Self(self.0.into_iter().map(|(route, check)| (change(route), check)).collect())
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&Entry) -> bool) {
        self.0.retain(|(route, _)| keep(route));
    }

    /// Adds the route of a handler.
    #[track_caller]
    pub(super) fn push<H: Call<T, S>, T>(&mut self, kind: Kind, method: &'static str, path: String)
    where
        S: 'static,
    {
        self.0.extend(Self::one(Entry::of::<H, T, S>(kind, method, path), H::check).0);
    }

    /// Adds routes. Rejects a second route for requests that nothing else matches.
    pub(super) fn add(&mut self, routes: Self) -> Result<(), RouterError> {
        for new in routes.iter() {
            let Some(place) = new.place() else { continue };
            let Some(known) = self.iter().find(|known| known.place() == Some(place)) else { continue };
            return Err(if known.kind == new.kind && new.kind != Kind::Prefix {
                RouterError::TwoFallbacks { handlers: [known.handler, new.handler] }
            } else {
                RouterError::TwoPrefixes { path: place.1.to_owned() }
            });
        }
        self.0.extend(routes.0);
        Ok(())
    }

    /// Checks that the paths name the resources that their routes are about.
    ///
    /// # Panics
    ///
    /// Panics if a path does not.
    ///
    /// Only warns if a tenant is missing: a router around this one may have the parameter.
    pub(super) fn check_paths(&self) {
        for route in self.iter() {
            assert_satisfiable(route, (route.check_path)(route.path()));
            for (tenant, parameter) in missing_tenants(route) {
                let (path, at) = (route.path(), route.location());
                tracing::warn!(target: "authgate::gate", path, %at, %tenant, parameter, "the path lacks the parameter that names the tenant of its rule, so that no caller has the right");
            }
        }
    }

    /// Checks the routes against the state, and takes their gates from it.
    ///
    /// # Panics
    ///
    /// Panics if a route accepts only schemes that its gate does not have.
    pub(super) fn with_state<S2>(self, state: &S) -> Routes<S2>
    where
        S: 'static,
    {
        let with_state = |(entry, check): (Entry, Option<Check<S>>)| {
            if let Some(check) = check {
                assert_satisfiable(&entry, check(state));
            }
            (entry.with_state(state), None)
        };
        Routes(self.0.into_iter().map(with_state).collect())
    }
}

/// Returns the tenants of a rule whose path parameter the path does not have, with the parameter.
fn missing_tenants(route: &Entry) -> Vec<(&TypeText, &'static str)> {
    let rules = route.declaration.alternatives().iter().filter_map(|declared| match declared {
        Declaration::Authorized { right, .. } => Some(*right),
        _ => None,
    });
    let mut missing: Vec<(&TypeText, &'static str)> = Vec::new();
    for leaf in rules.flat_map(Rule::leaves) {
        if let Rule::Held { tenant: Some(tenant), .. } = leaf
            && let Some(TenantFrom::PathParameter(name)) = tenant.from()
            && names(route.path()).all(|parameter| parameter != name)
            && missing.iter().all(|(_, known)| *known != name)
        {
            missing.push((tenant.name(), name));
        }
    }
    missing
}

fn assert_satisfiable(route: &Entry, checked: Result<(), ConfigError>) {
    let of_route =
        |error| format!("no caller can reach the handler that is routed at {}: {error}", route.location());
    must(checked.map_err(of_route));
}

impl<S> Clone for Routes<S> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<S> fmt::Debug for Routes<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Entry {
    /// Returns a key that must be unique in the table. Only entries that answer requests that
    /// nothing else matches have a key. axum accepts two such entries side by side, but the table
    /// could then not show who may call the path.
    fn place(&self) -> Option<(&'static str, &str, bool)> {
        let path = self.path.as_str();
        let below = match path.rsplit_once("/{*") {
            Some((above, _)) if path.ends_with('}') => Some(above),
            _ => None,
        };
        match self.kind {
            Kind::OtherMethods => Some((self.method, below.unwrap_or(path), below.is_some())),
            Kind::Fallback | Kind::Prefix => Some((self.method, path.trim_end_matches('/'), true)),
            _ => None,
        }
    }
}
