//! Accounts of a provider beside accounts with passwords, at one gate.

use super::login::Login;
use crate::error::BackendError;
use crate::right::{Context, Principal};
use crate::secret::debug_only;
use crate::session::{Account, Accounts, FoundAccount, StoredSignIn};

/// The accounts of a provider and those of the application, from [`Login::or`].
pub struct LoginOr<P, A> {
    login: Login<P>,
    accounts: A,
}

debug_only!([P, A] LoginOr<P, A> { login });

impl<P> Login<P> {
    /// Adds the accounts of the application, for users that sign in without the provider, such as
    /// by a password.
    ///
    /// A session is of the one or of the other: a sign-in by the provider is never looked up in
    /// `accounts`, so it ends when the provider ends it. Set the
    /// [`login_page`](crate::gate::GateBuilder::login_page) of the gate to a page that offers both,
    /// and the [`login_path`](crate::oidc::LoginBuilder::login_path) of the provider to another
    /// one.
    ///
    /// # Security
    ///
    /// A subject is unique at its provider only. With
    /// [`claims`](crate::oidc::LoginBuilder::claims), a user of the provider whose `sub` is the id
    /// of an account of the application is the same principal as that account. Such a user owns
    /// the same resources. Use [`resolve`](crate::oidc::LoginBuilder::resolve) instead, and find
    /// the account by the issuer and the subject.
    ///
    /// # Examples
    ///
    /// ```
    /// use authgate::oidc::Login;
    /// use authgate::session::{Accounts, Sessions};
    /// use authgate::{ConfigError, Gate, Principal};
    ///
    /// fn gate<P: Principal>(
    ///     sessions: &Sessions,
    ///     login: &Login<P>,
    ///     users: impl Accounts<P>,
    /// ) -> Result<Gate<P>, ConfigError> {
    ///     let accounts = login.clone().or(users);
    ///     Gate::builder().scheme(sessions.scheme(accounts).realm("app")).login_page("/login").build()
    /// }
    /// ```
    pub const fn or<A: Accounts<P>>(self, accounts: A) -> LoginOr<P, A> {
        LoginOr { login: self, accounts }
    }
}

impl<P: Principal, A: Accounts<P>> Accounts<P> for LoginOr<P, A> {
    async fn find(&self, id: &str) -> Result<Option<Account<P>>, BackendError> {
        self.accounts.find(id).await
    }

    async fn __look_up(
        &self,
        signed_in: StoredSignIn<'_>,
        context: Context,
    ) -> Result<FoundAccount<P>, BackendError> {
        if signed_in.id_token.is_some() {
            self.login.look_up(signed_in, context).await
        } else {
            self.accounts.__look_up(signed_in, context).await
        }
    }

    fn __login_page(&self) -> Option<&str> {
        self.accounts.__login_page()
    }

    fn __forbids(&self) -> bool {
        self.login.__forbids() || self.accounts.__forbids()
    }
}
