//! Issuers whose name contains the tenant.

use std::fmt;
use std::sync::Arc;

use super::KeyError;

/// Decides whether a tenant may issue tokens.
type Allowed = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// The names of an issuer: text with the tenant in one place, such as
/// `https://login.microsoftonline.com/{tenantid}/v2.0`.
#[derive(Clone)]
pub(super) struct Template {
    text: Arc<str>,
    /// `None` if the list of names has all tenants.
    allowed: Option<Allowed>,
}

impl Template {
    pub(super) fn new(text: &str, allowed: Option<Allowed>) -> Self {
        Self { text: text.into(), allowed }
    }

    /// Returns the text before and after the place of the tenant.
    fn parts(&self) -> Option<(&str, &str)> {
        let (before, rest) = self.text.split_once('{')?;
        let (_, after) = rest.split_once('}')?;
        (!after.contains(['{', '}'])).then_some((before, after))
    }

    /// Returns the name with this tenant.
    pub(super) fn with(&self, tenant: &str) -> String {
        self.parts()
            .map_or_else(|| self.text.to_string(), |(before, after)| format!("{before}{tenant}{after}"))
    }

    /// Returns `true` if `name` is that of an allowed tenant.
    pub(super) fn takes(&self, name: &str) -> bool {
        let Some(allowed) = &self.allowed else { return false };
        let tenant = self.parts().and_then(|(before, after)| name.strip_prefix(before)?.strip_suffix(after));
        // The tenant is one segment of the path or one label of the host.
        let is_one = |tenant: &&str| {
            !tenant.is_empty()
                && tenant.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        };
        tenant.filter(is_one).is_some_and(|tenant| allowed(tenant))
    }

    pub(super) fn check(&self) -> Result<(), KeyError> {
        match self.parts() {
            Some(_) => Ok(()),
            None => Err(KeyError::new(format!(
                "the template {:?} does not have one place for the tenant: write it in braces, such as \
                 `https://login.microsoftonline.com/{{tenantid}}/v2.0`",
                self.text
            ))),
        }
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Template").field(&self.text).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_names_of_allowed_tenants_only() {
        let template =
            Template::new("https://id.example/{tenantid}/v2.0", Some(Arc::new(|tenant| tenant != "c")));
        for (name, taken) in [
            ("https://id.example/a-1/v2.0", true),
            ("https://id.example/c/v2.0", false),
            ("https://id.example//v2.0", false),
            ("https://id.example/a/b/v2.0", false),
            ("https://id.example/a?/v2.0", false),
            ("https://id.example/{tenantid}/v2.0", false),
            ("https://id.example/a/v2.0/", false),
            ("https://id.example/v2.0", false),
            ("https://other.example/a/v2.0", false),
            ("", false),
        ] {
            assert_eq!(template.takes(name), taken, "{name}");
        }
        assert_eq!(template.with("a"), "https://id.example/a/v2.0");
        assert!(
            template.check().is_ok()
                && !Template::new("https://id.example/{t}", None).takes("https://id.example/a")
        );
        for text in ["https://id.example", "https://{a}.example/{b}", "https://id.example/}{", "{"] {
            assert!(Template::new(text, None).check().is_err(), "{text}");
        }
    }
}
