//! Users in SQLite, their passwords hashed with Argon2id.

use std::error::Error;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use authgate::session::{Account, Accounts, Unavailable};
use tower_sessions_sqlx_store::sqlx::{self, SqlitePool};

use super::{Role, User};

#[derive(Clone)]
pub struct Users(SqlitePool);

impl Users {
    /// Makes the table, and two users.
    pub async fn create(pool: SqlitePool) -> Result<Self, Box<dyn Error>> {
        sqlx::query("create table users (name text primary key, role text not null, password text not null)")
            .execute(&pool)
            .await?;
        for (name, role, password) in [("reader", "viewer", "wonderland"), ("chief", "admin", "пароль:42")]
        {
            sqlx::query("insert into users values (?, ?, ?)")
                .bind(name)
                .bind(role)
                .bind(hash(password)?)
                .execute(&pool)
                .await?;
        }
        Ok(Self(pool))
    }

    /// Whether there is such a user with this password. It takes as long where there is none.
    pub async fn has_password(&self, name: &str, password: String) -> Result<bool, Unavailable> {
        let stored = self.row(name).await?.map(|(_, stored)| stored);
        tokio::task::spawn_blocking(move || match stored {
            Some(stored) => is_password(&stored, &password),
            None => {
                drop(hash(&password));
                false
            }
        })
        .await
        .map_err(Unavailable::new)
    }

    /// The role, and the stored password.
    async fn row(&self, name: &str) -> Result<Option<(String, String)>, Unavailable> {
        let row = sqlx::query_as("select role, password from users where name = ?").bind(name);
        row.fetch_optional(&self.0).await.map_err(Unavailable::new)
    }
}

/// Asked on each request: a new role counts at once, and with a new password all sessions are over.
impl Accounts<User> for Users {
    async fn find(&self, id: &str) -> Result<Option<Account<User>>, Unavailable> {
        let Some((role, stored)) = self.row(id).await? else { return Ok(None) };
        let role = role.parse::<Role>().map_err(|_| Unavailable::new("a role that there is not"))?;
        let user = User { sub: id.to_owned(), roles: [role].into_iter().collect() };
        Ok(Some(Account::new(user, stored)))
    }
}

fn hash(password: &str) -> Result<String, argon2::password_hash::Error> {
    Ok(Argon2::default().hash_password(password.as_bytes())?.to_string())
}

fn is_password(stored: &str, password: &str) -> bool {
    PasswordHash::new(stored)
        .is_ok_and(|stored| Argon2::default().verify_password(password.as_bytes(), &stored).is_ok())
}
