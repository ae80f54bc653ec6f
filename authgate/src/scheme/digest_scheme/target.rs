use http::header::HOST;
use http::uri::Authority;
use http::{HeaderMap, Uri};

/// Returns `true` if the `uri` of a credential is the target of its request (RFC 7616 section
/// 3.4.6). The path and query must match exactly. The `uri` may have the absolute form.
///
/// Compares byte for byte, because routers disagree about which targets are equivalent.
pub(super) fn designates(uri: &str, target: &Uri, headers: &HeaderMap) -> bool {
    let of_request = target.path_and_query().map_or("/", |it| it.as_str());
    if uri == of_request {
        return true;
    }
    let Ok(uri) = uri.parse::<Uri>() else { return false };
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return false };
    let same_scheme = match target.scheme_str() {
        Some(other) => scheme == other,
        // The request may not state the scheme, and a proxy may terminate TLS.
        None => matches!(scheme, "http" | "https"),
    };
    let host =
        || headers.get(HOST).and_then(|it| it.to_str().ok()).and_then(|it| it.parse::<Authority>().ok());
    // Authorities compare case-insensitively.
    same_scheme
        && target.authority().cloned().or_else(host).as_ref() == Some(authority)
        && uri.path_and_query().map_or("/", |it| it.as_str()) == of_request
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn uri_must_designate_the_request_target() {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("api.example:8080"));
        for (target, uri, designated) in [
            ("/a/b?c=d", "/a/b?c=d", true),
            ("/a/b?c=d", "/a/b", false),
            ("/a/b", "/a/b?", false),
            ("/a/b?", "/a/b?", true),
            ("/a/b?c=d", "/a/b?c=%64", false),
            ("/a%62", "/ab", false),
            ("/a%2Fb", "/a%2fb", false),
            ("/a", "/a/", false),
            ("/a", "//a", false),
            ("/a", "/./a", false),
            ("/a", "/a#b", false),
            ("/a", "a", false),
            ("/a", "", false),
            ("/a", "*", false),
            ("*", "*", true),
            ("/a", "http://api.example:8080/a", true),
            ("/a", "https://API.example:8080/a", true),
            ("/a?b", "https://api.example:8080/a?b", true),
            ("/a?b", "https://api.example:8080/a", false),
            ("/a", "ftp://api.example:8080/a", false),
            ("/a", "https://api.example/a", false),
            ("/a", "https://evil.example:8080/a", false),
            ("/a", "//api.example:8080/a", false),
            ("http://api.example/a", "/a", true),
            ("http://api.example/a", "http://api.example/a", true),
            ("http://api.example/a", "http://api.example:8080/a", false),
            ("http://api.example/a", "https://api.example/a", false),
            ("http://api.example", "/", true),
        ] {
            let target = Uri::try_from(target).unwrap();
            assert_eq!(designates(uri, &target, &headers), designated, "{uri} for {target}");
        }
        assert!(!designates("http://api.example/a", &Uri::from_static("/a"), &HeaderMap::new()));
    }
}
