//! The addresses from which documents and keys are fetched.

use std::borrow::Cow;
use std::net::IpAddr;

use http::Uri;
use http::uri::Scheme;

use crate::fetch::is_loopback;

/// The addresses that may be fetched without TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlainHttp {
    /// No address.
    Never,
    /// Addresses of this machine.
    Loopback,
    /// Everything: dangerous.
    Any,
}

/// Parses an address that may be fetched.
///
/// # Errors
///
/// Returns what is wrong with it, as the end of a sentence.
pub(crate) fn parse(address: &str, plain: PlainHttp) -> Result<Uri, String> {
    let uri: Uri = address.parse().map_err(|error| format!("is not a URL: {error}"))?;
    let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
        return Err("is not an absolute URL, such as `https://id.example`".to_owned());
    };
    if authority.as_str().contains('@') {
        return Err("contains a user name or a password".to_owned());
    }
    // `Uri` ignores a fragment.
    if address.contains('#') {
        return Err("contains a fragment".to_owned());
    }
    let is_allowed = match plain {
        PlainHttp::Never => false,
        PlainHttp::Loopback => uri.host().is_some_and(is_loopback),
        PlainHttp::Any => true,
    };
    if *scheme == Scheme::HTTPS || *scheme == Scheme::HTTP && is_allowed {
        return Ok(uri);
    }
    Err("does not start with `https://`, so that anyone on the way could read and replace what is sent"
        .to_owned())
}

/// Parses an address that a document states. If the document is from another machine, it must not
/// name this one.
///
/// # Errors
///
/// As [`parse`].
pub(super) fn parse_stated(address: &str, plain: PlainHttp) -> Result<Uri, String> {
    let uri = parse(address, plain)?;
    if plain == PlainHttp::Never && uri.host().is_some_and(is_this_machine) {
        return Err("is an address of this machine".to_owned());
    }
    Ok(uri)
}

fn is_this_machine(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    let address =
        host.trim_start_matches('[').trim_end_matches(']').parse().map(|ip: IpAddr| ip.to_canonical());
    is_loopback(host)
        || host.rsplit('.').next().is_some_and(|label| label.eq_ignore_ascii_case("localhost"))
        || address.is_ok_and(|ip| ip.is_loopback() || ip.is_unspecified())
}

/// Returns an address without the user name and password in it, for messages.
pub(in crate::jws) fn without_password(address: &str) -> Cow<'_, str> {
    match (address.find("//"), address.rfind('@')) {
        (Some(start), Some(end)) if start < end => {
            let (scheme, host) = (address.get(..start + 2), address.get(end..));
            format!("{}..{}", scheme.unwrap_or_default(), host.unwrap_or_default()).into()
        }
        (None, Some(_)) => "..".into(),
        _ => address.into(),
    }
}

/// Returns the addresses of the issuer's metadata, in the order in which they are tried (RFC 8414
/// section 3.1 and its section 5 for OpenID Connect Discovery).
pub(in crate::jws) fn metadata(issuer: &Uri) -> Vec<String> {
    let (scheme, authority) = (issuer.scheme_str().unwrap_or("https"), issuer.authority());
    let origin = format!("{scheme}://{}", authority.map_or("", |authority| authority.as_str()));
    let path = issuer.path().trim_end_matches('/');
    let mut all = vec![
        format!("{origin}/.well-known/oauth-authorization-server{path}"),
        format!("{origin}/.well-known/openid-configuration{path}"),
    ];
    if !path.is_empty() {
        all.push(format!("{origin}{path}/.well-known/openid-configuration"));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_and_loopback_addresses_are_accepted() {
        for (address, never, loopback) in [
            ("https://id.example/tenant", true, true),
            ("http://127.0.0.1:9400", false, true),
            ("http://127.1.2.3/a", false, true),
            ("http://[::1]:80/", false, true),
            ("http://LOCALHOST/", false, true),
            ("http://0.0.0.0:9400", false, false),
            ("http://[::]/", false, false),
            ("http://localhost.example", false, false),
            ("http://127.0.0.1.example", false, false),
            ("http://id.example", false, false),
            ("ftp://id.example", false, false),
            ("https://user:password@id.example", false, false),
            ("http://user@localhost", false, false),
            ("https://id.example/#keys", false, false),
            ("id.example", false, false),
            ("/keys", false, false),
            ("", false, false),
            ("https://", false, false),
            ("https://id.example/a b", false, false),
        ] {
            assert_eq!(parse(address, PlainHttp::Never).is_ok(), never, "{address}");
            assert_eq!(parse(address, PlainHttp::Loopback).is_ok(), loopback, "{address}");
        }
        assert!(parse("http://keycloak:8080/realms/a", PlainHttp::Any).is_ok());
        assert!(parse("ftp://keycloak", PlainHttp::Any).is_err());
    }

    #[test]
    fn document_of_another_machine_cannot_name_this_one() {
        for host in [
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "127.9.9.9:8443",
            "[::1]:1",
            "[::ffff:127.0.0.1]",
            "0.0.0.0",
            "[::]",
        ] {
            let address = format!("https://{host}/keys");
            assert!(parse_stated(&address, PlainHttp::Never).is_err(), "{address}");
            assert!(parse_stated(&address, PlainHttp::Loopback).is_ok(), "{address}");
        }
        for host in ["id.example", "localhost.example", "10.0.0.1", "[2001:db8::1]"] {
            assert!(parse_stated(&format!("https://{host}/keys"), PlainHttp::Never).is_ok(), "{host}");
        }
    }

    #[test]
    fn metadata_is_looked_for_by_insertion_first() {
        let of = |issuer: &str| metadata(&issuer.parse().unwrap());
        assert_eq!(
            of("https://id.example/a/b/"),
            [
                "https://id.example/.well-known/oauth-authorization-server/a/b",
                "https://id.example/.well-known/openid-configuration/a/b",
                "https://id.example/a/b/.well-known/openid-configuration",
            ]
        );
        for issuer in ["https://id.example:8443", "https://id.example:8443/"] {
            assert_eq!(
                of(issuer),
                [
                    "https://id.example:8443/.well-known/oauth-authorization-server",
                    "https://id.example:8443/.well-known/openid-configuration",
                ]
            );
        }
    }
}
