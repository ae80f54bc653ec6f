//! Two users with hashed passwords, shared by Basic, the login form and the sessions.

use std::error::Error;
use std::sync::Arc;

use authgate::password::Passwords;
use authgate::scheme::{self, Login};
use authgate::session::{Account, Accounts, BackendError};

use super::{Role, User};

#[derive(Clone)]
pub struct Users {
    /// User names and password hashes.
    stored: Arc<[(&'static str, String)]>,
    passwords: Passwords,
}

pub fn user(name: &str) -> Option<User> {
    let role = match name {
        "reader" => Role::Viewer,
        "chief" => Role::Admin,
        _ => return None,
    };
    Some(User { sub: name.to_owned(), roles: [role].into_iter().collect() })
}

impl Users {
    pub async fn new() -> Result<Self, Box<dyn Error>> {
        let passwords = Passwords::new();
        let reader = ("reader", passwords.hash("wonderland").await?);
        let chief = ("chief", passwords.hash("пароль:42").await?);
        Ok(Self { stored: [reader, chief].into(), passwords })
    }

    pub fn account(&self, name: &str) -> Option<Account<User>> {
        Some(Account::new(user(name)?, self.stored(name)?))
    }

    fn stored(&self, name: &str) -> Option<&str> {
        self.stored.iter().find(|(known, _)| *known == name).map(|(_, hash)| hash.as_str())
    }
}

impl scheme::Users<User> for Users {
    async fn login(&self, name: &str, password: &str) -> Login<User> {
        self.passwords.login(name, self.stored(name).zip(user(name)), password).await
    }
}

impl Accounts<User> for Users {
    async fn find(&self, id: &str) -> Result<Option<Account<User>>, BackendError> {
        Ok(self.account(id))
    }
}
