//! A login in progress, as a cookie of its browser.
//!
//! The cookie is authenticated, not encrypted: it contains no secret. The PKCE verifier and the
//! nonce are MACs over the state, which only the holders of the key can compute. The browser may
//! know the rest, which it has sent itself. An attacker who knows the state of another browser
//! cannot make the cookie for it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{COOKIE, HeaderMap, HeaderValue};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::cookie_key::{ClientKey, random};
use crate::credentials::{ReturnTo, cookies};
use crate::error::BackendError;

/// The time in which the user must sign in at the provider.
pub(super) const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// The maximum number of logins of a browser that are in progress, such as in several tabs.
const MOST: usize = 10;

/// The maximum size of their cookies. Servers limit the size of the header section.
const MOST_BYTES: usize = 6 * 1024;

/// The time in which a page must accept the login that it required.
const STEPPED_UP_FOR: Duration = Duration::from_secs(10);

/// The start of the cookie names, after `__Host-`.
const NAME: &str = "login-";

/// A login in progress.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Transaction {
    /// 22 characters of base64url.
    pub(super) state: String,
    /// When it started, in seconds since the Unix epoch.
    pub(super) started: u64,
    /// The maximum age of the login that was requested, in seconds.
    pub(super) max_age: u64,
    /// The classes that were requested, separated by spaces.
    pub(super) acr_values: String,
    /// The page to return to.
    pub(super) return_to: ReturnTo,
    /// `true` if the page requires a more recent or stronger login.
    pub(super) is_step_up: bool,
}

impl Transaction {
    pub(super) fn start(
        max_age: u64,
        acr_values: &str,
        return_to: ReturnTo,
        is_step_up: bool,
    ) -> Result<Self, BackendError> {
        let state = URL_SAFE_NO_PAD.encode(random::<16>()?);
        let (started, acr_values) = (seconds(SystemTime::now()), acr_values.to_owned());
        Ok(Self { state, started, max_age, acr_values, return_to, is_step_up })
    }

    /// Returns the PKCE verifier (RFC 7636 section 4.1).
    pub(super) fn verifier(&self, key: &ClientKey) -> String {
        URL_SAFE_NO_PAD.encode(key.mac("verifier", self.state.as_bytes()))
    }

    /// Returns the S256 challenge for the verifier (RFC 7636 section 4.2).
    pub(super) fn challenge(&self, key: &ClientKey) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier(key)))
    }

    pub(super) fn nonce(&self, key: &ClientKey) -> String {
        URL_SAFE_NO_PAD.encode(key.mac("nonce", self.state.as_bytes()))
    }

    /// Returns the time after which the cookie is never accepted.
    pub(super) fn end(&self) -> SystemTime {
        let end = UNIX_EPOCH.checked_add(Duration::from_secs(self.started));
        end.and_then(|end| end.checked_add(LIFETIME)).unwrap_or(UNIX_EPOCH)
    }

    fn is_current(&self, now: SystemTime) -> bool {
        // The clock of another process may be ahead by a minute.
        self.started <= seconds(now).saturating_add(60) && now < self.end()
    }

    /// Returns the value of the cookie.
    fn sealed(&self, key: &ClientKey) -> String {
        let content = json!([
            self.state,
            self.started,
            self.max_age,
            self.acr_values,
            self.return_to.path().unwrap_or_default(),
            self.is_step_up
        ]);
        let content = URL_SAFE_NO_PAD.encode(content.to_string());
        let mac = URL_SAFE_NO_PAD.encode(key.mac("cookie", content.as_bytes()));
        format!("{content}.{mac}")
    }

    /// Returns the login that the value of a cookie states, if this service has made the cookie.
    fn opened(value: &[u8], key: &ClientKey) -> Option<Self> {
        let (content, mac) = std::str::from_utf8(value).ok()?.split_once('.')?;
        if !key.verifies("cookie", content.as_bytes(), &URL_SAFE_NO_PAD.decode(mac).ok()?) {
            return None;
        }
        let content: [Value; 6] = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(content).ok()?).ok()?;
        let [state, started, max_age, acr_values, return_to, is_step_up] = content;
        Some(Self {
            state: state.as_str()?.to_owned(),
            started: started.as_u64()?,
            max_age: max_age.as_u64()?,
            acr_values: acr_values.as_str()?.to_owned(),
            return_to: ReturnTo::new(return_to.as_str()?),
            is_step_up: is_step_up.as_bool()?,
        })
    }
}

/// The cookies of logins in progress. There is one for each login, so that several tabs work.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cookies {
    pub(super) is_secure: bool,
    /// `true` if the provider makes the browser send a form, which is a request from another site.
    pub(super) is_form_post: bool,
}

impl Cookies {
    fn prefix(self) -> String {
        format!("{}{NAME}", if self.is_secure { "__Host-" } else { "" })
    }

    /// Returns the name of the cookie of a login. The state itself is not in it, because servers
    /// log cookie names more often than values.
    fn name(self, state: &str) -> String {
        format!("{}{}", self.prefix(), tag(state))
    }

    /// Returns the login with this state, if this browser has started it and may still finish it.
    pub(super) fn find(self, headers: &HeaderMap, state: &str, key: &ClientKey) -> Option<Transaction> {
        let name = self.name(state);
        let mut values = cookies(headers, &name);
        let (Some(value), None) = (values.next()?, values.next()) else { return None };
        let found = Transaction::opened(value, key)?;
        (found.state == state && found.is_current(SystemTime::now())).then_some(found)
    }

    /// Returns `true` if the browser has a cookie for this state, valid or not.
    pub(super) fn has(self, headers: &HeaderMap, state: &str) -> bool {
        cookies(headers, &self.name(state)).next().is_some()
    }

    /// Returns the fields that set the cookie of a login, and remove those that are too old or too
    /// many.
    pub(super) fn set(
        self,
        headers: &HeaderMap,
        transaction: &Transaction,
        key: &ClientKey,
    ) -> Vec<HeaderValue> {
        let (name, value) = (self.name(&transaction.state), transaction.sealed(key));
        let mut left = MOST_BYTES.saturating_sub(name.len() + value.len());
        let mut fields = vec![self.field(&name, &value, LIFETIME)];
        let mut others = self.all(headers, key);
        others.sort_by_key(|(_, _, started)| std::cmp::Reverse(*started));
        for (index, (name, length, started)) in others.into_iter().enumerate() {
            left = left.saturating_sub(length);
            // A browser has no use for cookies that were not made here or are too old.
            if started.is_none() || index + 1 >= MOST || left == 0 {
                fields.push(self.field(&name, "", Duration::ZERO));
            }
        }
        fields.into_iter().flatten().collect()
    }

    /// Returns the field that removes the cookie of a login.
    pub(super) fn removed(self, state: &str) -> Option<HeaderValue> {
        self.field(&self.name(state), "", Duration::ZERO)
    }

    /// Returns the field that remembers for a moment that a login was for the requirements of a
    /// page.
    pub(super) fn stepped_up(self, return_to: &ReturnTo) -> Option<HeaderValue> {
        self.field(&self.stepped_up_name(), &tag(return_to.path().unwrap_or_default()), STEPPED_UP_FOR)
    }

    /// Returns `true` if a login for the requirements of this page has just ended. The provider
    /// does not meet them, and another login would lead back here without end.
    pub(super) fn has_stepped_up(self, headers: &HeaderMap, return_to: &ReturnTo) -> bool {
        let expected = tag(return_to.path().unwrap_or_default());
        let name = self.stepped_up_name();
        cookies(headers, &name).any(|value| value == Some(expected.as_bytes()))
    }

    /// Returns the field that lets the user try again.
    pub(super) fn not_stepped_up(self) -> Option<HeaderValue> {
        self.field(&self.stepped_up_name(), "", Duration::ZERO)
    }

    fn stepped_up_name(self) -> String {
        format!("{}stepped-up", if self.is_secure { "__Host-" } else { "" })
    }

    /// Returns the cookies of a request: the name, the length, and the start of a current login.
    fn all(self, headers: &HeaderMap, key: &ClientKey) -> Vec<(String, usize, Option<u64>)> {
        let (prefix, now) = (self.prefix(), SystemTime::now());
        let pairs = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = pairs.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let own = pairs.filter(|(name, _)| {
            let tag = name.strip_prefix(&prefix);
            tag.is_some_and(|tag| {
                tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            })
        });
        let read = |(name, value): (&str, &str)| {
            let found = Transaction::opened(value.as_bytes(), key).filter(|found| found.is_current(now));
            (name.to_owned(), name.len() + value.len(), found.map(|found| found.started))
        };
        own.map(read).collect()
    }

    /// Formats the field, with the attributes of RFC 6265bis section 4.1.3.
    fn field(self, name: &str, value: &str, max_age: Duration) -> Option<HeaderValue> {
        let same_site = if self.is_form_post { "None" } else { "Lax" };
        let secure = if self.is_secure { "; Secure" } else { "" };
        let age = max_age.as_secs();
        let field = format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite={same_site}{secure}");
        let mut field = HeaderValue::try_from(field).ok()?;
        field.set_sensitive(true);
        Some(field)
    }
}

/// Returns twelve characters that identify a text.
fn tag(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text).get(..9).unwrap_or_default())
}

/// Returns the whole seconds since the Unix epoch.
pub(super) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::oidc::CookieKey;

    const COOKIES: Cookies = Cookies { is_secure: true, is_form_post: false };

    fn key(secret: u8) -> ClientKey {
        CookieKey::new([secret; 32]).unwrap().of_client("https://id.example", "web")
    }

    fn transaction(age: u64) -> Transaction {
        let new = Transaction::start(60, "gold", ReturnTo::new("/a?b"), true).unwrap();
        Transaction { started: new.started - age, ..new }
    }

    /// Sends the cookies that a response sets.
    fn sent(fields: &[HeaderValue]) -> HeaderMap {
        let pair = |field: &HeaderValue| field.to_str().unwrap().split(';').next().unwrap().to_owned();
        let pairs: Vec<_> = fields.iter().map(pair).collect();
        [(COOKIE, HeaderValue::try_from(pairs.join("; ")).unwrap())].into_iter().collect()
    }

    #[test]
    fn cookie_states_the_login() {
        let login = transaction(0);
        let headers = sent(&COOKIES.set(&HeaderMap::new(), &login, &key(1)));
        assert_eq!(COOKIES.find(&headers, &login.state, &key(1)), Some(login));
        let insecure = Cookies { is_secure: false, ..COOKIES };
        let field = insecure.removed("a").unwrap();
        let field = field.to_str().unwrap();
        assert!(
            field.starts_with("login-") && field.ends_with("Max-Age=0; HttpOnly; SameSite=Lax"),
            "{field}"
        );
    }

    /// The lifetime does not depend on the browser, which may keep a cookie for longer.
    #[test]
    fn old_cookie_is_rejected() {
        let lifetime = LIFETIME.as_secs();
        for (age, is_current) in [(0, true), (lifetime - 5, true), (lifetime, false), (1 << 30, false)] {
            let login = transaction(age);
            let headers = sent(&COOKIES.set(&HeaderMap::new(), &login, &key(1)));
            assert_eq!(COOKIES.find(&headers, &login.state, &key(1)).is_some(), is_current, "{age}");
        }
        let future = Transaction { started: seconds(SystemTime::now()) + 120, ..transaction(0) };
        assert!(!future.is_current(SystemTime::now()));
    }

    #[test]
    fn cookie_of_another_state_or_key_is_rejected() {
        let (login, other) = (transaction(0), transaction(0));
        let headers = sent(&COOKIES.set(&HeaderMap::new(), &login, &key(1)));
        assert!(COOKIES.find(&headers, &login.state, &key(2)).is_none());
        let renamed = headers[COOKIE]
            .to_str()
            .unwrap()
            .replace(&COOKIES.name(&login.state), &COOKIES.name(&other.state));
        let headers: HeaderMap = [(COOKIE, HeaderValue::try_from(renamed).unwrap())].into_iter().collect();
        assert!(COOKIES.find(&headers, &other.state, &key(1)).is_none());
        for changed in ["", "a", &login.state[1..], &format!("{}a", login.state)] {
            assert!(COOKIES.find(&headers, changed, &key(1)).is_none(), "{changed}");
        }
    }

    proptest! {
        #[test]
        #[cfg_attr(miri, ignore = "takes minutes in Miri")]
        fn arbitrary_cookie_is_never_accepted(value in any::<Vec<u8>>(), content in "[A-Za-z0-9_.-]{0,200}") {
            for value in [value, content.into_bytes()] {
                prop_assert!(Transaction::opened(&value, &key(1)).is_none());
                if let Ok(line) = HeaderValue::from_bytes(&[b"__Host-login-a=".as_slice(), &value].concat()) {
                    let headers = [(COOKIE, line)].into_iter().collect();
                    let login = transaction(0);
                    prop_assert!(COOKIES.find(&headers, "a", &key(1)).is_none());
                    prop_assert!(!COOKIES.set(&headers, &login, &key(1)).is_empty());
                }
            }
        }
    }

    #[test]
    fn values_for_different_purposes_differ() {
        let login = transaction(0);
        let values = [
            login.verifier(&key(1)),
            login.nonce(&key(1)),
            login.challenge(&key(1)),
            login.verifier(&key(2)),
        ];
        for (index, value) in values.iter().enumerate() {
            assert_eq!(value.len(), 43);
            assert!(!values[..index].contains(value));
        }
    }
}
