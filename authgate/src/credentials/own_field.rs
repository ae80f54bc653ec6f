use http::HeaderName;

use crate::ConfigError;

/// A header field with an application-defined name that carries a credential.
pub(crate) struct OwnField {
    /// The name as the application wrote it.
    written: Box<str>,
    name: Option<HeaderName>,
}

/// Fields that already have a meaning, for the server, for proxies, for browsers or for another
/// scheme. They cannot carry a credential.
const OF_OTHERS: [&str; 37] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "authorization",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "date",
    "dnt",
    "dpop",
    "expect",
    "forwarded",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "keep-alive",
    "origin",
    "pragma",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "referer",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "vary",
    "via",
    "www-authenticate",
    "x-forwarded-for",
];

impl OwnField {
    pub(crate) fn new(written: &str) -> Self {
        let name = HeaderName::from_bytes(written.as_bytes());
        // A server never receives a field with an invalid name. A field with another meaning is not
        // read.
        let name = name.ok().filter(|name| !OF_OTHERS.contains(&name.as_str()));
        let name = name.filter(|name| !name.as_str().starts_with("sec-"));
        Self { written: written.into(), name }
    }

    /// Returns the name, if the field can carry a credential.
    pub(crate) const fn name(&self) -> Option<&HeaderName> {
        self.name.as_ref()
    }

    pub(crate) fn check(&self, scheme: &str) -> Result<(), ConfigError> {
        if self.name.is_some() {
            return Ok(());
        }
        let why = match HeaderName::from_bytes(self.written.as_bytes()) {
            Ok(name) if name == http::header::AUTHORIZATION => {
                "the first word in `Authorization` names the scheme that owns the field"
            }
            Ok(_) => "the field has another meaning",
            Err(_) => "it is not a valid field name",
        };
        Err(ConfigError::new(format!(
            "the {scheme} scheme cannot read the header field {:?}: {why}; use another field, such as \
             \"x-api-key\" or \"x-forwarded-user\"",
            self.written
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_field_name_is_case_insensitive() {
        for name in ["x-api-key", "X-API-Key", "api_key", "x-forwarded-user"] {
            let field = OwnField::new(name);
            assert_eq!(field.name().unwrap().as_str(), name.to_lowercase());
            assert_eq!(field.check("ApiKey"), Ok(()));
        }
    }

    #[test]
    fn rejects_invalid_and_reserved_field_names() {
        for name in
            ["", " ", "x api key", "x-api-key:", "clé", "a\nb", "Cookie", "AUTHORIZATION", "Sec-Fetch-Site"]
        {
            let field = OwnField::new(name);
            assert!(field.name().is_none() && field.check("ApiKey").is_err(), "{name}");
        }
        assert!(
            OF_OTHERS.iter().all(|name| HeaderName::from_bytes(name.as_bytes()).is_ok_and(|n| n == *name))
        );
    }
}
