//! The table as one page of HTML, for those who review access and those who ask what somebody may do.

mod escape;
mod rows;
mod rule;
mod source_link;
mod verdicts;

use std::fmt::Write as _;

pub use source_link::SourceLinkError;

use crate::caller::Caller;
use crate::document::Document;
use crate::lock::{Lock, TENANT};
use crate::{Rule, keywords};
use escape::Escaped;
use source_link::Template;

/// A page of a [`Document`]: one file that asks nothing of the network, is whole without scripts, and is the same bytes for
/// the same document.
///
/// ```
/// use authgate::access::{document::Document, lock::Lock, page::Page};
///
/// let lock = Lock::parse("access.lock v1\nrole admin\nDELETE /reports/{id} role:admin\n")?;
/// let document = Document::of_lock(&lock);
/// let page = Page::new(&document)
///     .title("Reports")
///     .source_link("https://github.com/acme/reports/blob/main/{file}#L{line}")?;
/// assert!(page.to_html().starts_with("<!doctype html>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// For each role, each route is one that it may call, one that it may call if more is so (a scope, a policy, a fresh login: the
/// page says which), or one that it may not. That is what follows for a caller who was given that role and no other.
#[derive(Debug)]
pub struct Page<'a> {
    document: &'a Document,
    title: &'a str,
    source_link: Option<Template>,
}

impl Document {
    /// As one page of HTML; [`Page`] has its settings.
    #[must_use]
    pub fn to_html(&self) -> String {
        Page::new(self).to_html()
    }
}

impl<'a> Page<'a> {
    /// A page without links to the source.
    #[must_use]
    pub const fn new(document: &'a Document) -> Self {
        Self { document, title: "Who may call what", source_link: None }
    }

    /// The heading.
    #[must_use]
    pub fn title(self, title: &'a str) -> Self {
        Self { title, ..self }
    }

    /// Where a line of the source is shown: an address of the web in which `{file}` and `{line}` stand for it.
    ///
    /// # Errors
    ///
    /// It is another kind of address, such as `javascript:..`, or has no `{file}` in its path.
    pub fn source_link(self, template: &str) -> Result<Self, SourceLinkError> {
        Ok(Self { source_link: Some(Template::read(template)?), ..self })
    }

    /// The page.
    #[must_use]
    pub fn to_html(&self) -> String {
        // Of a document that says what no table can, the rows are shown, and nothing is said of who may.
        let lock = self.document.lock().ok();
        let callers = lock.as_ref().map(Caller::all).unwrap_or_default();
        let verdicts = verdicts::json(lock.as_ref(), &callers);
        let mut out = String::with_capacity(16_384 + 512 * self.document.routes.len());
        // Writing into a `String` cannot fail, here and below.
        _ = write!(
            out,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
             content=\"default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
            STYLE_HASH,
            SCRIPT_HASH,
            Escaped(self.title),
        );
        self.head(&mut out);
        rows::controls(&mut out, self.document, &callers);
        rows::table(&mut out, self.document, lock.as_ref(), self.source_link.as_ref());
        rows::rights(&mut out, self.document, lock.as_ref());
        _ = write!(
            out,
            "<footer>Derived by authgate from the declarations that the compiler has checked: what is not here does not \
             exist.</footer>\n<script type=\"application/json\" id=\"verdicts\">{verdicts}</script>\n\
             <script>{SCRIPT}</script>\n</body>\n</html>\n"
        );
        out
    }

    fn head(&self, out: &mut String) {
        let routes = &self.document.routes;
        _ = write!(out, "<header>\n<h1>{}</h1>\n<dl class=\"counts\">\n", Escaped(self.title));
        _ = writeln!(out, "<div><dt>routes</dt><dd>{}</dd></div>", routes.len());
        for (state, name) in rows::STATES {
            let count = routes.iter().filter(|route| route.state == state).count();
            if count > 0 {
                _ = writeln!(out, "<div class=\"{state}\"><dt>{name}</dt><dd>{count}</dd></div>");
            }
        }
        out.push_str("</dl>\n</header>\n");
    }
}

const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");
/// The SHA-256 of the style and of the script, in the form of a content security policy. A test of
/// the page checks them.
const STYLE_HASH: &str = "gDccJI+TpON6OJU/cQSSC03MHobUbEaugfJg3GD0fs0=";
const SCRIPT_HASH: &str = "IbEVSAjg+qLzh83jxLUzMF9NnSKVrUTG6YTNiHIhH7c=";

/// The lock's right of a name, and which routes ask for it by name.
fn asked_by(lock: &Lock, kind: &str, name: &str) -> usize {
    let mut count = 0;
    for route in lock.routes() {
        let mut names = false;
        if let Some(rule) = route.access().rule() {
            rule.for_each_leaf(&mut |leaf| names |= is_of(leaf, kind, name));
        }
        count += usize::from(names);
    }
    count
}

fn is_of(leaf: &Rule, kind: &str, name: &str) -> bool {
    match leaf {
        Rule::Held { tenant: Some(tenant), .. } if kind == TENANT => tenant.name().text() == name,
        Rule::Held { right, .. } => right.kind() == kind && right.name() == name,
        Rule::Builtin(builtin, value) => builtin.row().keyword == kind && value.text() == name,
        Rule::Own(own) => own.kind() == kind && own.name() == name,
        Rule::Policy { policy, .. } => kind == keywords::POLICY && policy.text() == name,
        _ => false,
    }
}
