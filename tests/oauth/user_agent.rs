//! A browser without scripts: it keeps cookies and follows redirects.

use std::collections::BTreeMap;

use authgate::oauth::{Fetch as _, HttpClient};
use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{Method, Request};

use crate::http_client::CA;

/// A page, after all redirects.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) url: String,
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// The cookies of one host, whose ports share them, and the pages of the current redirects.
#[derive(Clone)]
pub(crate) struct UserAgent {
    client: HttpClient,
    cookies: BTreeMap<String, String>,
    pub(crate) visited: Vec<String>,
}

impl UserAgent {
    pub(crate) fn new() -> Self {
        let client = HttpClient::with_root_certificates(CA).unwrap().without_proxy();
        Self { client, cookies: BTreeMap::new(), visited: Vec::new() }
    }

    /// Navigates to an address.
    pub(crate) async fn get(&mut self, url: &str) -> Page {
        self.go(Method::GET, url, String::new(), |_| false).await
    }

    /// Navigates, and stops before an address with this start.
    pub(crate) async fn get_until(&mut self, url: &str, stop: &str) -> String {
        self.go(Method::GET, url, String::new(), |next| next.starts_with(stop)).await.url
    }

    /// Sends a form.
    pub(crate) async fn post(&mut self, url: &str, form: &str) -> Page {
        self.go(Method::POST, url, form.to_owned(), |_| false).await
    }

    /// Sends the form on a page, with its hidden fields.
    pub(crate) async fn submit(&mut self, page: &Page, more: &str) -> Page {
        let action = attribute(&page.body, "action=\"").expect("a form").replace("&amp;", "&");
        let inputs = page.body.split("<input").skip(1);
        let fields =
            inputs.filter_map(|input| Some((attribute(input, "name=\"")?, attribute(input, "value=\"")?)));
        let mut form: Vec<_> = fields.map(|(name, value)| format!("{name}={}", encoded(&value))).collect();
        form.push(more.to_owned());
        self.post(&resolved(&page.url, &action), &form.join("&")).await
    }

    async fn go(
        &mut self,
        mut method: Method,
        url: &str,
        mut form: String,
        stop: impl Fn(&str) -> bool,
    ) -> Page {
        let mut url = url.to_owned();
        self.visited.clear();
        for _ in 0..20 {
            self.visited.push(url.clone());
            let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let mut request = Request::builder().method(&method).uri(&url).header("accept", "text/html");
            request = request.header("sec-fetch-mode", "navigate").header("sec-fetch-dest", "document");
            if !pairs.is_empty() {
                request = request.header(COOKIE, pairs.join("; "));
            }
            if method == Method::POST {
                request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
            }
            let response = self.client.fetch(request.body(Bytes::from(form)).unwrap()).await.unwrap();
            for line in response.headers().get_all(SET_COOKIE) {
                self.keep(line.to_str().unwrap());
            }
            let location = response.headers().get(LOCATION).map(|location| location.to_str().unwrap());
            let next = location.map(|location| resolved(&url, location));
            match next.filter(|_| response.status().is_redirection()) {
                Some(next) if stop(&next) => return Page { url: next, status: 0, body: String::new() },
                Some(next) => (url, method, form) = (next, Method::GET, String::new()),
                None => {
                    let body = String::from_utf8_lossy(response.body()).into_owned();
                    return Page { url, status: response.status().as_u16(), body };
                }
            }
        }
        panic!("too many redirects: {:?}", self.visited);
    }

    fn keep(&mut self, line: &str) {
        let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
        if value.is_empty() || line.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Returns `true` if the browser has a cookie with this start of its name.
    pub(crate) fn has_cookie(&self, start: &str) -> bool {
        self.cookies.keys().any(|name| name.starts_with(start))
    }
}

fn origin(url: &str) -> &str {
    let host = url.find("://").unwrap() + 3;
    let end = url[host..].find(['/', '?']).map_or(url.len(), |end| host + end);
    &url[..end]
}

fn resolved(base: &str, location: &str) -> String {
    if location.starts_with('/') { format!("{}{location}", origin(base)) } else { location.to_owned() }
}

fn attribute(html: &str, name: &str) -> Option<String> {
    let start = html.find(name)? + name.len();
    Some(html[start..].split('"').next()?.to_owned())
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let byte = |byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(byte).collect()
}
