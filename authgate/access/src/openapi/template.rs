//! Paths as OpenAPI writes them, and which of the router's paths answers one of a document's.

/// A path of a router or of a document, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    pieces: Vec<Piece>,
    /// Whether what is below is meant as well.
    below: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Parameter(Parameter),
}

/// A parameter of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parameter {
    pub(super) name: String,
    /// Whether it takes in all that follows, slashes too.
    pub(super) is_rest: bool,
}

impl Template {
    /// Of a path as routes have it: `/files/{*path}`, with `{{` and `}}` for braces.
    pub(super) fn of_route(path: &str) -> Self {
        Self::read(path, true)
    }

    /// Of a path under which everything is meant.
    pub(super) fn of_prefix(path: &str) -> Self {
        let mut template = Self::read(path.trim_end_matches('/'), true);
        template.pieces.push(Piece::Text("/".to_owned()));
        template.add_parameter("*rest");
        Self { below: true, ..template }
    }

    /// Of a path as a document has it.
    pub(super) fn of_document(path: &str) -> Self {
        Self::read(path, false)
    }

    fn read(path: &str, with_escapes: bool) -> Self {
        let mut template = Self { pieces: Vec::new(), below: false };
        let mut text = String::new();
        let mut rest = path;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, after) = rest.split_at(at);
            text.push_str(before);
            if with_escapes && (after.starts_with("{{") || after.starts_with("}}")) {
                text.push_str(if after.starts_with('{') { "%7B" } else { "%7D" });
                rest = after.get(2..).unwrap_or_default();
            } else if let Some((name, after)) =
                after.strip_prefix('{').and_then(|after| after.split_once('}'))
            {
                template.add_text(&mut text);
                template.add_parameter(name);
                rest = after;
            } else {
                // A brace without its other is none that a path can have.
                text.push_str(if after.starts_with('{') { "%7B" } else { "%7D" });
                rest = after.get(1..).unwrap_or_default();
            }
        }
        text.push_str(rest);
        template.add_text(&mut text);
        template
    }

    fn add_text(&mut self, text: &mut String) {
        if !text.is_empty() {
            let text = std::mem::take(text).replace("%7b", "%7B").replace("%7d", "%7D");
            self.pieces.push(Piece::Text(text));
        }
    }

    /// Under its name, or under another where the path has that already.
    fn add_parameter(&mut self, name: &str) {
        let is_rest = name.starts_with('*');
        let wanted = name.trim_start_matches('*');
        let wanted = if wanted.is_empty() { "rest" } else { wanted };
        let is_taken = |name: &str| self.parameters().any(|known| known.name == name);
        let mut name = wanted.to_owned();
        let mut number = self.parameters().count() + 1;
        while is_taken(&name) {
            name = format!("{wanted}_{number}");
            number += 1;
        }
        self.pieces.push(Piece::Parameter(Parameter { name, is_rest }));
    }

    pub(super) fn parameters(&self) -> impl Iterator<Item = &Parameter> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Parameter(parameter) => Some(parameter),
            Piece::Text(_) => None,
        })
    }

    fn written(&self, parameter: impl Fn(&Parameter) -> String) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Parameter(known) => parameter(known),
        };
        self.pieces.iter().map(piece).collect()
    }

    /// As OpenAPI writes it.
    pub(super) fn text(&self) -> String {
        self.written(|parameter| format!("{{{}}}", parameter.name))
    }

    /// The same for two that OpenAPI takes for one, whatever the parameters are called.
    pub(super) fn key(&self) -> String {
        self.written(|_| "{}".to_owned())
    }

    /// How closely a router's path fits one of a document, if it does: the smaller, the closer.
    pub(super) fn fit(&self, document: &Self) -> Option<Vec<u8>> {
        let own = self.written(|known| if known.is_rest { "{*}" } else { "{}" }.to_owned());
        let other = document.key();
        let (mut own, mut other) = (own.split('/').peekable(), other.split('/'));
        let mut fit = Vec::new();
        while let Some(segment) = own.next() {
            if segment == "{*}" && own.peek().is_none() {
                fit.push(2);
                return (self.below || other.next().is_some()).then_some(fit);
            }
            let other = other.next()?;
            match segment {
                same if same == other => fit.push(u8::from(same == "{}")),
                "{}" if !other.is_empty() => fit.push(1),
                _ => return None,
            }
        }
        other.next().is_none().then_some(fit)
    }
}

/// A method and a path in the words that component names and `operationId`s are made of.
pub(super) fn identifier(method: &str, template: &Template) -> String {
    let mut identifier = method.to_owned();
    for word in template.text().split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        identifier.push('_');
        identifier.push_str(word);
    }
    identifier
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_written_as_openapi_wants_it() {
        for (path, text) in [
            ("/", "/"),
            ("/reports/{id}", "/reports/{id}"),
            ("/files/{*path}", "/files/{path}"),
            ("/a{{b}}/{c}", "/a%7Bb%7D/{c}"),
            ("/{id}/x/{id}", "/{id}/x/{id_2}"),
            ("/{id_2}/{id}/{id}", "/{id_2}/{id}/{id_3}"),
            ("/a{b", "/a%7Bb"),
        ] {
            assert_eq!(Template::of_route(path).text(), text, "{path}");
        }
        assert_eq!(Template::of_prefix("/static/").text(), "/static/{rest}");
        assert_eq!(Template::of_prefix("/{rest}/files").text(), "/{rest}/files/{rest_2}");
        assert_eq!(Template::of_document("/a%7bb%7D/{x}").key(), Template::of_route("/a{{b}}/{c}").key());
    }

    #[test]
    fn the_closest_route_answers() {
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
