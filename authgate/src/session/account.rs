//! The accounts that own sessions.

use std::future::Future;
use std::sync::Arc;
use std::time::SystemTime;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Binding;
use crate::error::BackendError;
use crate::right::{Context, ForbiddenReason};
use crate::secret::{Tag, debug_only};

/// Finds the accounts that users sign in to. It is called on each request of a signed-in caller.
/// New roles, a new password and the deletion of an account therefore take effect at once.
///
/// # Examples
///
/// ```
/// use authgate::session::{Account, Accounts, BackendError};
///
/// #[derive(authgate::Principal, Clone)]
/// struct User {
///     #[principal(id)]
///     name: String,
/// }
///
/// struct Row {
///     name: String,
///     password_hash: String,
/// }
///
/// struct Db;
///
/// impl Db {
///     async fn user(&self, _: &str) -> Result<Option<Row>, std::io::Error> {
///         Ok(None)
///     }
/// }
///
/// impl Accounts<User> for Db {
///     async fn find(&self, id: &str) -> Result<Option<Account<User>>, BackendError> {
///         let row = self.user(id).await.map_err(BackendError::new)?;
///         Ok(row.map(|row| Account::new(User { name: row.name }, row.password_hash)))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot look up accounts of `{P}`",
    label = "not a store of accounts of `{P}`",
    note = "implement `authgate::session::Accounts<{P}>` for `{Self}`"
)]
pub trait Accounts<P>: Send + Sync + 'static {
    /// Finds the account with the id that was passed at sign-in.
    ///
    /// # Errors
    ///
    /// Returns [`BackendError`] if the account could not be looked up. The client then gets 503 and
    /// may try again. The caller is not signed out.
    fn find(&self, id: &str) -> impl Future<Output = Result<Option<Account<P>>, BackendError>> + Send;

    /// Finds the account of a sign-in, and adds to the context what is known about it.
    #[doc(hidden)]
    fn __look_up(
        &self,
        signed_in: StoredSignIn<'_>,
        context: Context,
    ) -> impl Future<Output = Result<FoundAccount<P>, BackendError>> + Send {
        async move {
            let account = self.find(signed_in.id).await?;
            Ok(account.map_or(FoundAccount::Unknown, |account| FoundAccount::Known(account, context)))
        }
    }

    /// Returns the path at which people sign in, if the accounts have one.
    #[doc(hidden)]
    fn __login_page(&self) -> Option<&str> {
        None
    }

    /// Returns `true` if the accounts can deny the user of a valid session.
    #[doc(hidden)]
    fn __forbids(&self) -> bool {
        false
    }
}

impl<P, A: Accounts<P>> Accounts<P> for Arc<A> {
    fn find(&self, id: &str) -> impl Future<Output = Result<Option<Account<P>>, BackendError>> + Send {
        A::find(self, id)
    }

    fn __look_up(
        &self,
        signed_in: StoredSignIn<'_>,
        context: Context,
    ) -> impl Future<Output = Result<FoundAccount<P>, BackendError>> + Send {
        A::__look_up(self, signed_in, context)
    }

    fn __login_page(&self) -> Option<&str> {
        A::__login_page(self)
    }

    fn __forbids(&self) -> bool {
        A::__forbids(self)
    }
}

/// A sign-in as its session stores it.
#[doc(hidden)]
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "oidc"), expect(dead_code, reason = "accounts of a provider read all fields"))]
pub struct StoredSignIn<'a> {
    pub(crate) id: &'a str,
    /// The ID token of a sign-in by a provider.
    pub(crate) id_token: Option<&'a str>,
    pub(crate) at: SystemTime,
}

debug_only! {
    /// Omits the ID token.
    ['a] StoredSignIn<'a> {}
}

/// The account of a sign-in.
#[doc(hidden)]
pub enum FoundAccount<P> {
    Known(Account<P>, Context),
    /// There is no such account, or the sign-in was revoked.
    Unknown,
    Forbidden(ForbiddenReason),
}

debug_only!([P] FoundAccount<P>);

/// An account that a user can sign in to.
///
/// # Examples
///
/// ```
/// use authgate::session::Account;
///
/// let account = Account::new("ada", "$argon2id$v=19$m=19456,t=2,p=1$..");
/// assert_eq!(*account.principal(), "ada");
/// ```
pub struct Account<P> {
    pub(crate) principal: P,
    pub(crate) secret: SecretHash,
}

impl<P> Account<P> {
    /// Creates an account. `secret_source` is a value that changes when the user must sign in
    /// again, such as the stored hash of the password. Sessions store a hash of it. When it
    /// changes, all sessions of the account end.
    pub fn new(principal: P, secret_source: impl AsRef<[u8]>) -> Self {
        Self { principal, secret: SecretHash::of(secret_source.as_ref()) }
    }

    /// Returns the principal.
    pub const fn principal(&self) -> &P {
        &self.principal
    }
}

debug_only! {
    /// Formats no account data.
    [P] Account<P> {}
}

/// The hash of an account's secret source that sessions store: HMAC-SHA-256 under a key that names
/// its purpose. The secret source is itself a hash, or not secret.
///
/// [`to_tag`](Self::to_tag) uses it as the key of a second HMAC over the binding. A record that is
/// copied to another binding therefore does not verify there.
pub(crate) struct SecretHash(Option<Tag<[u8; 32]>>);

impl SecretHash {
    fn of(source: &[u8]) -> Self {
        // HMAC accepts keys of every length. If it failed, no hash would exist and no session would
        // verify.
        let keyed = Hmac::<Sha256>::new_from_slice(b"authgate: the secret source of a session").ok();
        Self(keyed.map(|hmac| Tag::new(hmac.chain_update(source).finalize().into_bytes().into())))
    }

    fn bound_to(&self, binding: &Binding<'_>) -> Option<Hmac<Sha256>> {
        let mut hmac = Hmac::<Sha256>::new_from_slice(self.0.as_ref()?.bytes()).ok()?;
        for (_, part) in binding.parts() {
            // The length comes first, so that two bindings never have the same bytes.
            hmac.update(&(part.len() as u64).to_be_bytes());
            hmac.update(part.as_bytes());
        }
        Some(hmac)
    }

    pub(crate) fn to_tag(&self, binding: &Binding<'_>) -> Tag<Vec<u8>> {
        let hmac = self.bound_to(binding);
        Tag::new(hmac.map(|hmac| hmac.finalize().into_bytes().to_vec()).unwrap_or_default())
    }

    /// Returns `true` if the stored tag is of this hash and binding. Compares in constant time.
    pub(crate) fn is(&self, kept: &Tag<Vec<u8>>, binding: &Binding<'_>) -> bool {
        self.bound_to(binding).is_some_and(|hmac| hmac.verify_slice(kept.bytes()).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::right::Principal;
    use crate::session::{Sessions, Space};

    struct User;
    struct Staff;
    struct Ser;

    impl Principal for User {
        type Id = str;
        const NAME: &'static str = "User";

        fn id(&self) -> &str {
            "ada"
        }
    }

    impl Principal for Staff {
        type Id = str;
        const NAME: &'static str = "Staff";

        fn id(&self) -> &str {
            "ada"
        }
    }

    impl Principal for Ser {
        type Id = str;
        const NAME: &'static str = "ser";

        fn id(&self) -> &str {
            "ada"
        }
    }

    #[test]
    fn tag_differs_by_secret_and_binding() {
        let space = |cookie, realm: &str| Space {
            sessions: Sessions::in_memory().named(cookie),
            realm: realm.to_owned(),
        };
        let (app, office) = (space("session", "app"), space("session", "back office"));
        let (other_cookie, divided) = (space("other", "app"), space("session", "appU"));
        let binding = app.binding::<User>();
        let kept = SecretHash::of(b"$argon2id$one").to_tag(&binding);
        assert!(SecretHash::of(b"$argon2id$one").is(&kept, &binding));
        assert!(!SecretHash::of(b"$argon2id$two").is(&kept, &binding));
        for other in [
            office.binding::<User>(),
            app.binding::<Staff>(),
            other_cookie.binding::<User>(),
            // The same bytes, divided differently.
            divided.binding::<Ser>(),
        ] {
            assert!(!SecretHash::of(b"$argon2id$one").is(&kept, &other), "{other:?}");
        }
        for shorter in [&kept.bytes()[..31], b""] {
            assert!(!SecretHash::of(b"$argon2id$one").is(&Tag::new(shorter.to_vec()), &binding));
        }
    }
}
