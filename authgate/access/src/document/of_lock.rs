//! Converts a lock to a document.

use super::said::Said;
use super::{Document, DocumentRight, DocumentRoute, DocumentSource};
use crate::lock::{Access, Lock};

impl Document {
    /// Converts a lock. A lock does not contain handlers, their places, or whether they read the
    /// body. The names and files are empty, and the lines are 0.
    ///
    /// ```
    /// use authgate::access::{document::Document, lock::Lock};
    ///
    /// let lock = Lock::parse("access.lock v1\nrole admin\nDELETE /reports/{id} role:admin\n")?;
    /// assert_eq!(Document::of_lock(&lock).routes[0].access, "role:admin");
    /// # Ok::<(), authgate::access::lock::LockError>(())
    /// ```
    #[must_use]
    pub fn of_lock(lock: &Lock) -> Self {
        let rights = lock.rights().iter().map(DocumentRight::of).collect();
        let routes = lock.routes().iter().map(|line| {
            let path = line.path();
            let kind = match line.method() {
                "404" => "fallback",
                "405" => "method_not_allowed",
                "*" if path.ends_with("/{*}") => "prefix",
                "*" => "other_methods",
                _ => "route",
            };
            let principal = match line.access() {
                Access::Public { .. } | Access::Ungated { .. } => None,
                Access::Authenticated { principal } => Some(principal.clone()),
                Access::Authorized { principal, .. } => principal.clone(),
            };
            Said::by(line.access()).into(DocumentRoute {
                method: line.method().to_owned(),
                path: path.to_owned(),
                kind: kind.to_owned(),
                access: line.access().to_string(),
                principal,
                ..DocumentRoute::nothing()
            })
        });
        let routes = routes.collect();
        Self { version: Self::VERSION, rights, routes }
    }
}

impl DocumentRoute {
    /// Returns a route with empty fields.
    pub(super) const fn nothing() -> Self {
        Self {
            method: String::new(),
            path: String::new(),
            kind: String::new(),
            access: String::new(),
            state: String::new(),
            reason: None,
            principal: None,
            schemes: Vec::new(),
            policies: Vec::new(),
            fresh: None,
            conceal: false,
            takes_body: false,
            handler: String::new(),
            source: DocumentSource { file: String::new(), line: 0, column: 0 },
        }
    }
}
