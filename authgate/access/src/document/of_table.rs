//! Converts a table to a document.

use super::{Document, DocumentRoute, DocumentSource};
use crate::lock::{Writer, order};
use crate::{Route, Table};

impl Table {
    /// Returns the table as a document, in the order of the lock.
    #[must_use]
    pub fn document(&self) -> Document {
        let writer = Writer::of(self);
        let mut routes: Vec<_> = self.iter().map(|route| of_route(&writer, route)).collect();
        routes.sort_by(|one, other| rank(one).cmp(&rank(other)));
        Document::of(&writer.rights(), routes)
    }
}

/// Returns the sort key of the lock. Equal paths and methods are ordered by handler, so that the
/// order of registration does not matter.
fn rank(route: &DocumentRoute) -> impl Ord {
    let DocumentSource { file, line, column } = &route.source;
    (&route.path, order(&route.method), file, line, column, &route.handler)
}

fn of_route(writer: &Writer, route: &Route) -> DocumentRoute {
    let principal = route.declaration().principal().map(|principal| writer.principal(&principal));
    DocumentRoute {
        principal,
        takes_body: route.takes_body(),
        handler: route.handler().to_owned(),
        source: DocumentSource {
            // The compiler writes the separators of its platform.
            file: route.location().file().replace('\\', "/"),
            line: route.location().line(),
            column: route.location().column(),
        },
        ..DocumentRoute::of(&writer.line(route))
    }
}
