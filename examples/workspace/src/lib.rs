//! An application to copy: organizations, members with roles, documents with owners and shares, an
//! admin area, API keys, an audit trail. `README.md` says where each thing is.

pub mod db;
pub mod settings;
pub mod users;
pub mod orgs;
pub mod keys;
pub mod documents;
pub mod audit;
pub mod metrics;
pub mod layout;
pub mod error;
pub mod home;
pub mod login;
pub mod demo_provider;
pub mod provider;
pub mod document_pages;
pub mod member_pages;
pub mod key_pages;
pub mod org_pages;
pub mod admin;
pub mod api;
pub mod service;
pub mod routes;
pub mod state;
pub mod seed;

use std::error::Error;
use std::path::PathBuf;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use audit::Trail;
use settings::{Client, Settings};
use state::{App, Stores};
use users::Users;

/// A service that is ready to run.
pub struct Service {
    pub listener: TcpListener,
    pub app: App,
    /// The password of the demo users, if this process has created them.
    pub password: Option<String>,
    /// Ends when `app` is dropped, and the audit trail is in the database.
    pub trail: JoinHandle<()>,
    /// The folder of the database, if it is a temporary one.
    pub folder: Option<TemporaryFolder>,
}

/// A folder that is deleted with this value.
pub struct TemporaryFolder(pub PathBuf);

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// Prepares everything.
///
/// # Errors
///
/// Returns an error that names the setting that cannot work.
pub async fn start(settings: &Settings) -> Result<Service, Box<dyn Error>> {
    let listener = TcpListener::bind(&settings.address).await;
    let listener = listener.map_err(|error| format!("AUTHGATE_ADDR {:?}: {error}", settings.address))?;
    let (url, folder) = match &settings.database {
        Some(url) => (url.clone(), None),
        None => {
            let folder = std::env::temp_dir().join(format!("workspace-{}", db::new_id()));
            std::fs::create_dir(&folder)?;
            let url = format!("sqlite://{}?mode=rwc", folder.join("workspace.db").display());
            (url, Some(TemporaryFolder(folder)))
        }
    };
    let stores = match &settings.redis {
        Some(url) => Stores::in_redis(url).map_err(|error| format!("REDIS_URL: {error}"))?,
        None => Stores::in_memory(),
    };
    let (password, hash) = seed::password().await?;
    // The text of the URL may contain a password.
    let unusable = |error: sqlx::Error| format!("DATABASE_URL: cannot use the database: {error}");
    let (db, mut first) = db::connect(&url).await.map_err(unusable)?;
    let is_new = seed::fill(&mut first, &hash).await.map_err(unusable)?;
    let (trail, writer) = Trail::start(db.clone());
    let password = is_new.then_some(password);
    let origin = match &settings.origin {
        Some(origin) => origin.clone(),
        None if listener.local_addr()?.ip().is_loopback() => format!("http://{}", listener.local_addr()?),
        None => {
            let text = "AUTHGATE_ORIGIN is missing: AUTHGATE_ADDR is not an address of this machine alone";
            return Err(text.into());
        }
    };
    let issuer = match (&settings.issuer, &password) {
        (Some(issuer), _) => Some(issuer.clone()),
        (None, Some(password)) => {
            let client = Client { id: demo_provider::CLIENT.into(), secret: None, cookie_key: None };
            Some((
                demo_provider::serve(password.clone(), format!("{origin}{}", provider::CALLBACK)).await?,
                client,
            ))
        }
        // The database has its users already, and their passwords are not known.
        (None, None) => None,
    };
    let configured =
        issuer.map(|(issuer, client)| provider::login(&issuer, &client, &origin, &stores, Users(db.clone())));
    let login =
        configured.transpose().map_err(|error| format!("AUTHGATE_ORIGIN or AUTHGATE_ISSUER: {error}"))?;
    let app = App::new(db, &trail, stores, login)?;
    // Only now, because the password of the demo users is printed once: another start would find
    // the users, and would not know it.
    first.commit().await.map_err(unusable)?;
    Ok(Service { listener, app, password, trail: writer, folder })
}
