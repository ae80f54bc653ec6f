//! Content negotiation for the bodies of denials (RFC 9110 section 12.5.1).

use http::header::{ACCEPT, HeaderMap};

/// The format of the body of a denial.
///
/// # Examples
///
/// ```
/// use authgate::denial::{BodyFormat, CustomBody};
/// use authgate::Denial;
///
/// /// For `GateBuilder::render`.
/// fn body(denial: &Denial) -> Option<CustomBody> {
///     match denial.form() {
///         BodyFormat::Page => {
///             Some(CustomBody::html("<!doctype html><title>Acme</title><p>Denied"))
///         }
///         _ => None,
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyFormat {
    /// `application/problem+json` (RFC 9457), the default.
    #[default]
    Problem,
    /// `text/html`, for browsers.
    Page,
    /// `text/plain`, if the client requests it by name.
    Text,
}

impl BodyFormat {
    pub(super) const ALL: [Self; 3] = [Self::Problem, Self::Page, Self::Text];

    /// Returns the preferred format of the request. The first in [`BodyFormat::ALL`] wins a tie,
    /// except for a tie between `text/html` and `*/*`.
    pub(crate) fn preferred(headers: &HeaderMap) -> Self {
        let mut weights = Weights::default();
        let lines = headers.get_all(ACCEPT).iter().filter_map(|line| line.to_str().ok());
        lines.flat_map(|line| line.split(',')).take(MOST_RANGES).for_each(|range| weights.add(range));
        weights.best()
    }
}

/// The number of media ranges that are read per request.
const MOST_RANGES: usize = 32;

/// The weight of each format in thousandths, with the specificity of its media range.
#[derive(Default)]
struct Weights {
    problem: Weight,
    page: Weight,
    text: Weight,
}

#[derive(Clone, Copy, Default)]
struct Weight {
    closeness: u8,
    thousandths: u16,
}

impl Weight {
    /// Keeps the weight of the most specific range, or the highest weight of equally specific
    /// ranges.
    fn raise(&mut self, closeness: u8, thousandths: u16) {
        if (closeness, thousandths) > (self.closeness, self.thousandths) {
            *self = Self { closeness, thousandths };
        }
    }
}

/// The specificity of `*/*`.
const ANY: u8 = 1;

/// The specificity of `text/*`.
const ANY_TEXT: u8 = 2;

impl Weights {
    fn add(&mut self, range: &str) {
        let mut parts = range.split(';');
        let media_type = parts.next().unwrap_or_default().trim();
        let thousandths = parts.find_map(quality).unwrap_or(1000);
        let is = |name| media_type.eq_ignore_ascii_case(name);
        if is("*/*") {
            self.problem.raise(ANY, thousandths);
        } else if is("application/problem+json") {
            self.problem.raise(4, thousandths);
        } else if is("application/json") {
            self.problem.raise(3, thousandths);
        } else if is("application/*") {
            self.problem.raise(2, thousandths);
        } else if is("text/html") {
            self.page.raise(4, thousandths);
        } else if is("application/xhtml+xml") {
            self.page.raise(3, thousandths);
        } else if is("text/plain") {
            self.text.raise(4, thousandths);
        } else if is("text/*") {
            self.page.raise(ANY_TEXT, thousandths);
        }
    }

    fn best(&self) -> BodyFormat {
        let (problem, page, text) = (self.problem.thousandths, self.page.thousandths, self.text.thousandths);
        // A client that names HTML, and accepts the rest as well, is a browser: `text/html, */*`.
        let names_only_page =
            self.page.closeness > ANY_TEXT && self.problem.closeness <= ANY && page == problem && page > 0;
        if (page > problem || names_only_page) && page >= text {
            BodyFormat::Page
        } else if text > problem {
            BodyFormat::Text
        } else {
            BodyFormat::Problem
        }
    }
}

/// Parses `q=0.8` -> `800`. An invalid weight counts as zero.
fn quality(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let value = value.trim();
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(0);
    }
    match whole {
        "1" => Some(1000),
        "0" => {
            let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(3);
            Some(digits.fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0')))
        }
        _ => Some(0),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn accept_selects_body_format() {
        for (accept, expected) in [
            ("*/*", BodyFormat::Problem),
            ("", BodyFormat::Problem),
            ("application/json", BodyFormat::Problem),
            ("image/png", BodyFormat::Problem),
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
                BodyFormat::Page,
            ),
            ("text/html", BodyFormat::Page),
            ("text/html,*/*", BodyFormat::Page),
            ("*/*, text/html", BodyFormat::Page),
            ("text/html;q=0.8, */*;q=0.8", BodyFormat::Page),
            ("application/xhtml+xml, */*", BodyFormat::Page),
            ("text/html, text/plain, */*", BodyFormat::Page),
            ("text/html;q=0.9, */*", BodyFormat::Problem),
            ("text/html;q=0, */*;q=0", BodyFormat::Problem),
            ("text/html, application/*", BodyFormat::Problem),
            ("text/html, application/json, */*", BodyFormat::Problem),
            ("application/json, text/plain, */*", BodyFormat::Problem),
            ("text/*, */*", BodyFormat::Problem),
            ("TEXT/HTML", BodyFormat::Page),
            ("text/html, application/json", BodyFormat::Problem),
            ("text/html;q=0.5, application/json", BodyFormat::Problem),
            ("text/html, application/json;q=0.5", BodyFormat::Page),
            ("text/html;q=0", BodyFormat::Problem),
            ("text/html;q=nan, */*;q=0.1", BodyFormat::Problem),
            ("text/html;level=1;q=0.4, */*;q=0.3", BodyFormat::Page),
            ("text/plain", BodyFormat::Text),
            ("text/plain, */*", BodyFormat::Problem),
            ("text/plain, */*;q=0.1", BodyFormat::Text),
            ("text/*", BodyFormat::Page),
            ("*/*, application/problem+json;q=0, text/html;q=0.2", BodyFormat::Page),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(BodyFormat::preferred(&headers), expected, "{accept}");
        }
    }

    #[test]
    fn ranges_beyond_the_limit_are_ignored() {
        let preferred = |images: usize| {
            let images = HeaderValue::try_from(vec!["image/png"; images].join(", ")).unwrap();
            let mut headers = HeaderMap::from_iter([(ACCEPT, images)]);
            headers.append(ACCEPT, HeaderValue::from_static("text/html"));
            BodyFormat::preferred(&headers)
        };
        assert_eq!(preferred(MOST_RANGES - 1), BodyFormat::Page);
        assert_eq!(preferred(MOST_RANGES), BodyFormat::Problem);
    }
}
