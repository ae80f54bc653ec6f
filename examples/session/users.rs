//! Users in SQLite, with hashed passwords.

use std::error::Error;

use authgate::password::Passwords;
use authgate::scheme::Login;
use authgate::session::{Account, Accounts, BackendError};
use sqlx::SqlitePool;

use super::{Role, User};

#[derive(Clone)]
pub struct Users {
    pool: SqlitePool,
    passwords: Passwords,
}

impl Users {
    /// Creates the table and two users.
    pub async fn create(pool: SqlitePool) -> Result<Self, Box<dyn Error>> {
        let passwords = Passwords::new();
        sqlx::query("create table users (name text primary key, role text not null, password text not null)")
            .execute(&pool)
            .await?;
        for (name, role, password) in [("reader", "viewer", "wonderland"), ("chief", "admin", "пароль:42")]
        {
            sqlx::query("insert into users values (?, ?, ?)")
                .bind(name)
                .bind(role)
                .bind(passwords.hash(password).await?)
                .execute(&pool)
                .await?;
        }
        Ok(Self { pool, passwords })
    }

    /// Verifies a password. A failure takes the same time whether or not the user exists.
    pub async fn login(&self, name: &str, password: &str) -> Result<Login<()>, BackendError> {
        let found = self.row(name).await?.map(|(_, stored)| (stored, ()));
        Ok(self.passwords.login(name, found, password).await)
    }

    /// Returns the role and the password hash.
    async fn row(&self, name: &str) -> Result<Option<(String, String)>, BackendError> {
        let row = sqlx::query_as("select role, password from users where name = ?").bind(name);
        row.fetch_optional(&self.pool).await.map_err(BackendError::new)
    }
}

/// Finds the account on each request. A new role applies immediately, and a new password ends all
/// sessions.
impl Accounts<User> for Users {
    async fn find(&self, id: &str) -> Result<Option<Account<User>>, BackendError> {
        let Some((role, stored)) = self.row(id).await? else { return Ok(None) };
        let role = role.parse::<Role>().map_err(|_| BackendError::new("a role that there is not"))?;
        let user = User { sub: id.to_owned(), roles: [role].into_iter().collect() };
        Ok(Some(Account::new(user, stored)))
    }
}
