//! What a session keeps of who has signed in.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tower_sessions_core::Session;
use tower_sessions_core::session::Error;

use super::Strength;
use crate::tag::Tag;

/// Under which name.
const KEY: &str = "authgate";

/// Who has signed in.
#[derive(PartialEq, Eq)]
pub(crate) struct SignedIn {
    pub(crate) id: String,
    /// The [`SecretHash`](super::account::SecretHash) of the account, as it was then.
    pub(crate) secret: Tag<Vec<u8>>,
    pub(crate) at: SystemTime,
    pub(crate) strength: Strength,
}

impl SignedIn {
    /// Who has signed in to this session. `Some(None)` where it cannot be read.
    pub(crate) async fn of(session: &Session) -> Result<Option<Option<Self>>, Error> {
        Ok(session.get_value(KEY).await?.map(|value| Self::read(&value)))
    }

    pub(crate) async fn keep(&self, session: &Session) -> Result<(), Error> {
        session.insert_value(KEY, self.written()).await.map(drop)
    }

    fn written(&self) -> Value {
        let at = self.at.duration_since(UNIX_EPOCH).unwrap_or_default();
        let at = u64::try_from(at.as_millis()).unwrap_or_default();
        let mut kept =
            json!({ "id": self.id, "secret": URL_SAFE_NO_PAD.encode(self.secret.bytes()), "at": at });
        if let Some(kept) = kept.as_object_mut() {
            self.strength.write(kept);
        }
        kept
    }

    fn read(value: &Value) -> Option<Self> {
        let id = value.get("id")?.as_str()?.to_owned();
        let secret = Tag::new(URL_SAFE_NO_PAD.decode(value.get("secret")?.as_str()?).ok()?);
        let at = UNIX_EPOCH.checked_add(Duration::from_millis(value.get("at")?.as_u64()?))?;
        Some(Self { id, secret, at, strength: Strength::read(value)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let at = UNIX_EPOCH + Duration::from_millis(1_700_000_000_123);
        for strength in [
            Strength::new(),
            Strength::new().with_acr("gold"),
            Strength::new().with_amr(["pwd", "otp"]),
            Strength::new().with_acr("").with_amr(["pwd".to_owned()]),
        ] {
            let signed_in =
                SignedIn { id: "ada".to_owned(), secret: Tag::new(vec![0xff, 0, 7]), at, strength };
            assert!(SignedIn::read(&signed_in.written()) == Some(signed_in));
        }
        for value in [
            json!({}),
            json!("ada"),
            json!({ "id": "ada", "secret": "%", "at": 1 }),
            json!({ "id": "ada", "secret": "", "at": 1, "acr": 1 }),
            json!({ "id": "ada", "secret": "", "at": 1, "amr": "pwd" }),
            json!({ "id": "ada", "secret": "", "at": 1, "amr": ["pwd", null] }),
        ] {
            assert!(SignedIn::read(&value).is_none(), "{value}");
        }
        // As it was before a session kept how strongly somebody had signed in.
        let old = SignedIn::read(&json!({ "id": "ada", "secret": "_wAH", "at": 1 }));
        assert!(old.is_some_and(|old| old.strength == Strength::new()));
        let far = json!({ "id": "ada", "secret": "", "at": u64::MAX });
        assert!(SignedIn::read(&far).is_none_or(|far| far.at > SystemTime::now()));
    }
}
