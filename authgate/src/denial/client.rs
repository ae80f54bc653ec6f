//! The parts of a request that affect the appearance of a denial.

use http::Method;
use http::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;

use super::BodyFormat;
#[cfg(feature = "oauth")]
use super::resource_metadata::ResourceIndex;
use crate::credentials::{ReturnTo, target};

static SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
static SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
static X_REQUESTED_WITH: HeaderName = HeaderName::from_static("x-requested-with");

/// The fields that a gate with a login page reads in addition to `Accept`.
pub(crate) const NAVIGATION_FIELDS: [HeaderName; 2] =
    [HeaderName::from_static("sec-fetch-mode"), HeaderName::from_static("sec-fetch-dest")];

/// The client of a request. Keeps only what a denial needs.
#[derive(Clone, Default)]
pub(crate) struct Client {
    /// Chosen early, because the field itself is larger than all that a denial keeps.
    form: BodyFormat,
    /// Boxed to keep denials small, because few clients need it.
    languages: Option<Box<HeaderValue>>,
    /// `true` for a script in a page, which must not make the browser ask for a password.
    script: bool,
    /// `true` if the connection must close, because the body of the request stays unread.
    pub(super) leaves_body: bool,
    /// `true` for a gRPC client, which maps the status and reads a body as a message of the call.
    pub(super) speaks_grpc: bool,
    /// The resource of the request, which the challenges name.
    #[cfg(feature = "oauth")]
    pub(super) resource: ResourceIndex,
}

/// The parts of a request that the gate needs, so that denials do not read more.
#[derive(Clone, Copy, Default)]
pub(crate) struct Reads {
    /// `true` if the application renders bodies, perhaps in several languages.
    pub(crate) languages: bool,
    /// `true` if there are challenges that scripts must not get.
    pub(crate) scripts: bool,
    /// `true` if there are such challenges for logins, which an authenticated caller may get too.
    pub(crate) known_scripts: bool,
}

impl Client {
    pub(crate) fn of(headers: &HeaderMap, reads: Reads) -> Self {
        Self::known(headers, Reads { known_scripts: reads.scripts, ..reads })
    }

    /// Returns the client of an authenticated caller, who gets challenges only for another login.
    pub(crate) fn known(headers: &HeaderMap, reads: Reads) -> Self {
        Self {
            form: BodyFormat::preferred(headers),
            languages: reads.languages.then(|| joined(headers, &ACCEPT_LANGUAGE)).flatten().map(Box::new),
            script: reads.known_scripts && is_script(headers),
            leaves_body: false,
            speaks_grpc: false,
            #[cfg(feature = "oauth")]
            resource: ResourceIndex::default(),
        }
    }

    pub(crate) const fn form(&self) -> BodyFormat {
        self.form
    }

    pub(crate) const fn is_script(&self) -> bool {
        self.script
    }

    /// Returns the value of `Accept-Language`.
    pub(crate) fn languages(&self) -> Option<&str> {
        self.languages.as_ref()?.to_str().ok()
    }
}

/// Joins the lines of a list (RFC 9110 section 5.3), except for lines that are not ASCII.
fn joined(headers: &HeaderMap, name: &HeaderName) -> Option<HeaderValue> {
    let mut lines = headers.get_all(name).iter().filter(|line| line.to_str().is_ok());
    let first = lines.next()?;
    let Some(second) = lines.next() else { return Some(first.clone()) };
    let joined: Vec<_> = [first, second].into_iter().chain(lines).map(HeaderValue::as_bytes).collect();
    HeaderValue::from_bytes(&joined.join(&b", "[..])).ok()
}

/// Detects scripts by `Sec-Fetch-Mode`, or by the `X-Requested-With` that scripts for older
/// browsers send.
fn is_script(headers: &HeaderMap) -> bool {
    let fetched = headers.get(&SEC_FETCH_MODE).is_some_and(|mode| mode != "navigate");
    fetched || headers.get(&X_REQUESTED_WITH).is_some_and(|with| with == "XMLHttpRequest")
}

/// Returns the target to return to after sign-in if a browser navigates to a page (Fetch,
/// `Sec-Fetch-Mode: navigate`), or `None` for other requests.
pub(crate) fn navigates_to(request: &Parts) -> Option<ReturnTo> {
    let headers = &request.headers;
    let navigates = headers.get(&SEC_FETCH_MODE).is_some_and(|mode| mode == "navigate")
        && headers.get(&SEC_FETCH_DEST).is_none_or(|destination| destination == "document")
        && BodyFormat::preferred(headers) == BodyFormat::Page;
    navigates.then(|| returns_to(request))
}

/// Returns the target to return to after sign-in. It is empty if returning would not repeat the
/// request.
pub(crate) fn returns_to(request: &Parts) -> ReturnTo {
    match request.method {
        Method::GET | Method::HEAD => {
            ReturnTo::new(target(request).path_and_query().map_or("", |target| target.as_str()))
        }
        _ => ReturnTo::default(),
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn parts(method: &str, fields: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder().method(method).uri("/a?b");
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn all_accept_lines_are_read() {
        let client = Client::of(
            &parts("GET", &[("accept", "*/*;q=0.1"), ("accept", "text/html")]).headers,
            Reads::default(),
        );
        assert_eq!(client.form(), BodyFormat::Page);
    }

    #[test]
    fn only_top_level_html_requests_are_navigations() {
        const HTML: (&str, &str) = ("accept", "text/html,*/*;q=0.8");
        const NAVIGATE: (&str, &str) = ("sec-fetch-mode", "navigate");
        let to = |method, fields: &[_]| navigates_to(&parts(method, fields));
        assert_eq!(to("GET", &[HTML, NAVIGATE]), Some(ReturnTo::new("/a?b")));
        assert_eq!(to("GET", &[HTML, NAVIGATE, ("sec-fetch-dest", "document")]), Some(ReturnTo::new("/a?b")));
        assert_eq!(to("POST", &[HTML, NAVIGATE]), Some(ReturnTo::default()));
        assert_eq!(to("GET", &[HTML, NAVIGATE, ("sec-fetch-dest", "iframe")]), None);
        assert_eq!(to("GET", &[HTML]), None);
        assert_eq!(to("GET", &[NAVIGATE]), None);
        assert_eq!(to("GET", &[HTML, ("sec-fetch-mode", "cors")]), None);
    }
}
