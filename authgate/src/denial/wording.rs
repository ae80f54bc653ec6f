use crate::right::Reason;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// What a denial says to people, in their language: for [`GateBuilder::wording`](crate::gate::GateBuilder::wording).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    pub(super) language: Cow<'static, str>,
    pub(super) title: Cow<'static, str>,
    pub(super) detail: Cow<'static, str>,
}

impl Wording {
    /// In a language (a tag of RFC 5646, such as `de`), in a few words and in a sentence. Plain text: what HTML or JSON would
    /// take for its own is escaped.
    pub fn new(
        language: impl Into<Cow<'static, str>>,
        title: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { language: language.into(), title: title.into(), detail: detail.into() }
    }
}

/// The texts of a reason in English.
pub(super) fn wording(reason: Reason) -> Wording {
    Wording::new("en", reason.title(), reason.detail())
}

/// The languages that a client asks for, the most welcome first: its `Accept-Language` (RFC 9110 section 12.5.4).
pub struct Languages<'a> {
    tags: Vec<(&'a str, u16)>,
}

/// What is read of a field; no client has a use for more.
const MOST_TAGS: usize = 32;

impl<'a> Languages<'a> {
    pub(super) fn of(field: &'a str) -> Self {
        let mut tags: Vec<_> = field.split(',').take(MOST_TAGS).filter_map(range).collect();
        // Stable: of equally welcome ones, the earlier.
        tags.sort_by_key(|(_, thousandths)| std::cmp::Reverse(*thousandths));
        Self { tags }
    }

    /// Their tags, such as `de-AT` or `*`.
    pub fn tags(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.tags.iter().map(|(tag, _)| *tag)
    }

    /// The first of these languages that the client takes, the most welcome first: `de` fits `de` and `de-AT` (RFC 4647
    /// section 3.4, by the primary subtag). `None` where it takes none of them.
    #[must_use]
    pub fn best<'b>(&self, known: &[&'b str]) -> Option<&'b str> {
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        self.tags()
            .find_map(|tag| known.iter().copied().find(|known| tag == "*" || primary(tag) == primary(known)))
    }
}

fn range(range: &str) -> Option<(&str, u16)> {
    let mut parts = range.split(';');
    let tag = parts.next().unwrap_or_default().trim();
    let thousandths = parts.find_map(super::negotiate::quality).unwrap_or(1000);
    let is_a_tag = !tag.is_empty()
        && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'*');
    (is_a_tag && thousandths > 0).then_some((tag, thousandths))
}

impl fmt::Debug for Languages<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.tags()).finish()
    }
}

/// The application's hook.
pub(crate) type Translate = Arc<dyn Fn(Reason, &Languages<'_>) -> Option<Wording> + Send + Sync>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_welcome_language_that_is_known() {
        for (field, expected) in [
            ("de", Some("de")),
            ("de-AT, en;q=0.8", Some("de")),
            ("fr, en;q=0.8, de;q=0.9", Some("de")),
            ("DE", Some("de")),
            ("fr", None),
            ("*", Some("en")),
            ("de;q=0, en;q=0.1", Some("en")),
            ("de;q=nan", None),
            ("", None),
            ("<b>, de", Some("de")),
            (";;;, ,de ;q=1", Some("de")),
        ] {
            assert_eq!(Languages::of(field).best(&["en", "de"]), expected, "{field}");
        }
    }
}
