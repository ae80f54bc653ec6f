//! The sign-ins that a session stores.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use tower_sessions_core::Session;
use tower_sessions_core::session::Error;

use super::{Binding, LoginAssurance};
use crate::secret::Tag;

/// The key of the records in the session's data.
pub(super) const KEY: &str = "authgate";

/// A signed-in caller.
#[derive(PartialEq, Eq)]
pub(crate) struct SignedIn {
    /// The account's id.
    pub(crate) id: String,
    /// The [`SecretHash`](super::account::SecretHash) of the account at sign-in.
    pub(crate) secret: Tag<Vec<u8>>,
    /// The time of sign-in. The session's absolute lifetime counts from here.
    pub(crate) at: SystemTime,
    /// The end of a remembered sign-in. `None` if the session's lifetimes apply.
    pub(crate) until: Option<SystemTime>,
    pub(crate) strength: LoginAssurance,
    /// The ID token of a sign-in by a provider.
    pub(crate) id_token: Option<String>,
}

/// Returns the latest end of the remembered sign-ins in the records of a session.
pub(super) fn remembered_until(records: Option<&Value>) -> Option<SystemTime> {
    records?.as_array()?.iter().filter_map(|record| time(record.get(UNTIL)?)).max()
}

/// The member of a record with the ID token of a sign-in by a provider.
const ID_TOKEN: &str = "id_token";

/// The member of a record with the end of a remembered sign-in.
const UNTIL: &str = "until";

/// The record of one gate in a session.
pub(crate) enum Found {
    /// No caller has signed in to this session for this gate.
    Nothing,
    /// The record cannot be read.
    Unreadable,
    SignedIn(SignedIn),
}

/// The records of a session, at most one per binding.
#[derive(Default)]
pub(crate) struct Records(Vec<Value>);

impl Records {
    /// Loads the records. Returns `None` if the session has other data under their key.
    pub(crate) async fn of(session: &Session) -> Result<Option<Self>, Error> {
        Ok(Self::read(session.get_value(KEY).await?))
    }

    pub(super) fn read(records: Option<Value>) -> Option<Self> {
        match records {
            None => Some(Self::default()),
            Some(Value::Array(records)) => Some(Self(records)),
            Some(_) => None,
        }
    }

    pub(crate) fn find(&self, binding: &Binding<'_>) -> Found {
        match self.0.iter().find(|record| binding.is_of(record)) {
            None => Found::Nothing,
            Some(record) => SignedIn::read(record).map_or(Found::Unreadable, Found::SignedIn),
        }
    }

    /// Removes the record of this binding. Returns `true` if there was one.
    pub(crate) fn remove(&mut self, binding: &Binding<'_>) -> bool {
        let before = self.0.len();
        self.0.retain(|record| !binding.is_of(record));
        self.0.len() < before
    }

    pub(crate) fn add(&mut self, binding: &Binding<'_>, signed_in: &SignedIn) {
        self.0.push(signed_in.written(binding));
    }

    /// Removes the sign-ins that are not remembered. Returns `true` if there was one.
    pub(super) fn remove_short(&mut self) -> bool {
        let before = self.0.len();
        self.0.retain(|record| record.get(UNTIL).is_some());
        self.0.len() < before
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) async fn keep(self, session: &Session) -> Result<(), Error> {
        session.insert_value(KEY, self.0.into()).await.map(drop)
    }
}

impl SignedIn {
    /// Returns `true` if both are sign-ins of one account. An account of the application may have
    /// the id that a user of a provider has.
    pub(super) fn is_of_account(&self, other: &Self) -> bool {
        self.id == other.id && self.id_token.is_some() == other.id_token.is_some()
    }

    fn written(&self, binding: &Binding<'_>) -> Value {
        let mut record = Map::new();
        binding.write(&mut record);
        record.insert("id".to_owned(), self.id.as_str().into());
        record.insert("secret".to_owned(), URL_SAFE_NO_PAD.encode(self.secret.bytes()).into());
        record.insert("at".to_owned(), milliseconds(self.at));
        if let Some(until) = self.until {
            record.insert(UNTIL.to_owned(), milliseconds(until));
        }
        if let Some(token) = &self.id_token {
            record.insert(ID_TOKEN.to_owned(), token.as_str().into());
        }
        self.strength.write(&mut record);
        record.into()
    }

    fn read(record: &Value) -> Option<Self> {
        let id = record.get("id")?.as_str()?.to_owned();
        let secret = Tag::new(URL_SAFE_NO_PAD.decode(record.get("secret")?.as_str()?).ok()?);
        let until = match record.get(UNTIL) {
            None => None,
            Some(until) => Some(time(until)?),
        };
        let id_token = match record.get(ID_TOKEN) {
            None => None,
            Some(token) => Some(token.as_str()?.to_owned()),
        };
        let (at, strength) = (time(record.get("at")?)?, LoginAssurance::read(record)?);
        Some(Self { id, secret, at, until, strength, id_token })
    }
}

/// Formats a time for a record: milliseconds since the Unix epoch.
pub(super) fn milliseconds(time: SystemTime) -> Value {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or_default().into()
}

pub(super) fn time(milliseconds: &Value) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(Duration::from_millis(milliseconds.as_u64()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::right::Principal;
    use crate::session::{Sessions, Space};
    use serde_json::json;

    struct User;

    impl Principal for User {
        type Id = str;
        const NAME: &'static str = "User";

        fn id(&self) -> &str {
            "ada"
        }
    }

    fn ada(strength: LoginAssurance) -> SignedIn {
        let at = UNIX_EPOCH + Duration::from_millis(1_700_000_000_123);
        let secret = Tag::new(vec![0xff, 0, 7]);
        SignedIn { id: "ada".to_owned(), secret, at, until: None, strength, id_token: None }
    }

    #[test]
    fn record_round_trips() {
        let space = Space { sessions: Sessions::in_memory(), realm: "app".to_owned() };
        let binding = space.binding::<User>();
        for strength in [
            LoginAssurance::new(),
            LoginAssurance::new().with_acr("gold"),
            LoginAssurance::new().with_amr(["pwd", "otp"]),
            LoginAssurance::new().with_acr("").with_amr(["pwd".to_owned()]),
            LoginAssurance::new().authenticated_at(UNIX_EPOCH + Duration::from_millis(1_600_000_000_123)),
        ] {
            let written = ada(strength.clone()).written(&binding);
            assert!(binding.is_of(&written) && SignedIn::read(&written) == Some(ada(strength.clone())));
            let until = Some(UNIX_EPOCH + Duration::from_millis(1_800_000_000_123));
            let other = || SignedIn { until, id_token: Some("a.b.c".to_owned()), ..ada(strength.clone()) };
            let written = other().written(&binding);
            assert!(SignedIn::read(&written) == Some(other()));
            assert_eq!(remembered_until(Some(&json!([written]))), until);
        }
    }

    #[test]
    fn rejects_malformed_record() {
        for record in [
            json!({}),
            json!("ada"),
            json!({ "id": "ada", "secret": "%", "at": 1 }),
            json!({ "id": "ada", "secret": "", "at": 1, "acr": 1 }),
            json!({ "id": "ada", "secret": "", "at": 1, "amr": "pwd" }),
            json!({ "id": "ada", "secret": "", "at": 1, "amr": ["pwd", null] }),
            json!({ "id": "ada", "secret": "", "at": 1, "auth_time": "1" }),
            json!({ "id": "ada", "secret": "", "at": 1, "until": "1" }),
            json!({ "id": "ada", "secret": "", "at": 1, "id_token": 1 }),
        ] {
            assert!(SignedIn::read(&record).is_none(), "{record}");
        }
        let far = json!({ "id": "ada", "secret": "", "at": u64::MAX });
        assert!(SignedIn::read(&far).is_none_or(|far| far.at > SystemTime::now()));
    }

    #[test]
    fn finds_only_the_record_of_its_binding() {
        let space = |cookie, realm: &str| Space {
            sessions: Sessions::in_memory().named(cookie),
            realm: realm.to_owned(),
        };
        let (app, office, other_cookie) =
            (space("session", "app"), space("session", "back office"), space("other", "app"));
        let binding = app.binding::<User>();
        let mut records = Records(Vec::new());
        for other in [office.binding::<User>(), other_cookie.binding::<User>()] {
            records.add(&other, &ada(LoginAssurance::new()));
            assert!(matches!(records.find(&binding), Found::Nothing), "{other:?}");
            assert!(!records.remove(&binding));
        }
        records.add(&binding, &ada(LoginAssurance::new()));
        assert!(matches!(records.find(&binding), Found::SignedIn(_)));
        assert!(records.remove(&binding) && records.0.len() == 2);
    }
}
