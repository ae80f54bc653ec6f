//! Login by an OpenID provider. A user of the provider is an account that was linked to it, or that
//! has the e-mail address that the provider has verified.

use authgate::oidc::Login;
use authgate::scheme::{Issuer, ResolveError};
use authgate::{ConfigError, Context, Resolve};
use serde::Deserialize;

use crate::settings::Client;
use crate::state::Stores;
use crate::users::{User, Users, normal_email};

/// The claims of the ID token that the application uses.
#[derive(Deserialize)]
pub struct Claims {
    sub: String,
    email: Option<String>,
    #[serde(default)]
    email_verified: bool,
}

pub const CALLBACK: &str = "/login/provider/callback";

/// Configures the login. Its routes are `/login/provider`, and `/logout`, which also ends the
/// session at the provider.
pub fn login(
    issuer: &str,
    client: &Client,
    origin: &str,
    stores: &Stores,
    accounts: Users,
) -> Result<Login<User>, ConfigError> {
    let login = Login::with(Issuer::discover(issuer))
        .origin(origin)
        .scope("email")
        .login_path("/login/provider")
        .callback_path(CALLBACK)
        .back_channel_logout_path("/login/provider/ended")
        .logout_path("/logout")
        .home("/login");
    let login = match &client.secret {
        Some(secret) => login.client(&client.id, secret),
        None => login.public_client(&client.id),
    };
    let login = match &client.cookie_key {
        Some(key) => login.cookie_key(key.clone()),
        None => login,
    };
    let login = match &stores.redis {
        Some(redis) => login.used(redis.replay()).ended_by(redis.revocations()),
        None => login,
    };
    login.resolve::<Claims, _>(accounts)
}

impl Resolve<Claims> for Users {
    type Principal = User;

    /// Runs at the sign-in and on each request of the session. The subject is unique at its issuer
    /// only.
    async fn resolve(&self, claims: Claims, context: &Context) -> Result<User, ResolveError> {
        let issuer = context.issuer().unwrap_or_default();
        let query = "SELECT user_id FROM identities WHERE issuer = $1 AND subject = $2";
        let linked = sqlx::query_scalar(query).bind(issuer).bind(&claims.sub);
        let id: String = match linked.fetch_optional(&self.0).await? {
            Some(id) => id,
            None => self.link(issuer, &claims).await?.ok_or(ResolveError::UnknownAccount)?,
        };
        let (user, _) = self.load(&id).await?.ok_or(ResolveError::UnknownAccount)?;
        Ok(user)
    }
}

impl Users {
    /// Links the account with the address that the provider has verified. Without this proof, a
    /// user of the provider could take over the account of another person.
    async fn link(&self, issuer: &str, claims: &Claims) -> Result<Option<String>, sqlx::Error> {
        let Some(email) = claims.email.as_deref().filter(|_| claims.email_verified) else { return Ok(None) };
        let query =
            "INSERT INTO identities (issuer, subject, user_id) SELECT $1, $2, id FROM users WHERE email = $3
            ON CONFLICT (issuer, subject) DO NOTHING";
        let query = sqlx::query(query).bind(issuer).bind(&claims.sub).bind(normal_email(email));
        query.execute(&self.0).await?;
        let query = "SELECT user_id FROM identities WHERE issuer = $1 AND subject = $2";
        sqlx::query_scalar(query).bind(issuer).bind(&claims.sub).fetch_optional(&self.0).await
    }
}
