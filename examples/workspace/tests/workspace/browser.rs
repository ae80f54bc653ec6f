//! The application behind a real socket, and a client with cookies that sends what browsers send.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::Connection as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use workspace::db::{Db, new_id};
use workspace::settings::Settings;
use workspace::{Service, TemporaryFolder, routes, start};

/// A running process of the application.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) password: String,
    pub(crate) db: Db,
    _folder: Option<TemporaryFolder>,
}

/// Returns the settings of a process with a new database, on a free port: in the server that
/// `.ci/postgres` starts, or in a temporary file.
pub(crate) async fn settings() -> Settings {
    let mut settings =
        Settings { address: "127.0.0.1:0".into(), database: None, redis: None, issuer: None, origin: None };
    if let Ok(server) = std::env::var("AUTHGATE_POSTGRES") {
        let name = format!("workspace_{}", new_id());
        sqlx::any::install_default_drivers();
        let mut connection = sqlx::AnyConnection::connect(&server).await.unwrap();
        sqlx::raw_sql(&format!("CREATE DATABASE {name}")).execute(&mut connection).await.unwrap();
        settings.database = Some(server.replace("/postgres?", &format!("/{name}?")));
    }
    settings
}

impl Server {
    /// Serves the application with demo data until the runtime stops.
    pub(crate) async fn start() -> Self {
        Self::of(start(&settings().await).await.unwrap())
    }

    pub(crate) fn of(service: Service) -> Self {
        let Service { listener, app, password, folder, .. } = service;
        let (address, db) = (listener.local_addr().unwrap(), app.db.clone());
        let routes = routes::routes(&app.sessions, app.login.as_ref()).with_state(app);
        let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { address, password: password.unwrap_or_default(), db, _folder: folder }
    }

    /// Returns a new browser.
    pub(crate) fn browser(&self) -> Browser {
        Browser { address: self.address, cookies: BTreeMap::new() }
    }

    /// Returns a browser in which a demo user has signed in.
    pub(crate) async fn signed_in(&self, name: &str) -> Browser {
        let (mut browser, email) = (self.browser(), format!("{name}@example.com"));
        let answer = browser.post("/login", &[("email", &email), ("password", &self.password)]).await;
        assert_eq!((answer.status, answer.location()), (303, "/"), "{}", answer.body);
        browser
    }
}

#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) address: SocketAddr,
    pub(crate) cookies: BTreeMap<String, String>,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Browser {
    /// Opens a page, as a navigation.
    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let fields = "sec-fetch-mode: navigate\r\nsec-fetch-dest: document\r\nsec-fetch-site: none\r\n";
        self.send(&format!("GET {path}"), fields, "").await
    }

    /// Sends a form of a page of this site.
    pub(crate) async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let pairs = form
            .iter()
            .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)));
        let body = pairs.collect::<Vec<_>>().join("&");
        let fields = "content-type: application/x-www-form-urlencoded\r\nsec-fetch-site: same-origin\r\n";
        self.send(&format!("POST {path}"), fields, &body).await
    }

    /// Sends a request with these field lines.
    pub(crate) async fn send(&mut self, line: &str, fields: &str, body: &str) -> Answer {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies =
            if cookies.is_empty() { String::new() } else { format!("cookie: {}\r\n", cookies.join("; ")) };
        let accept = if line.contains(" /api") { "" } else { "accept: text/html,*/*;q=0.8\r\n" };
        let answer = raw(
            self.address,
            &format!(
                "{line} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n{accept}{cookies}{fields}content-length: {}\r\n\r\n{body}",
                self.address,
                body.len()
            ),
        )
        .await;
        for line in answer.head.lines().filter_map(|line| line.strip_prefix("set-cookie: ")) {
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }
}

/// Sends these bytes.
pub(crate) async fn raw(address: SocketAddr, request: &str) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A server that has already responded may not read the whole request.
    drop(stream.write_all(request.as_bytes()).await);
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer).await);
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no response: {answer:?}"));
    Answer { status: head[9..12].parse().unwrap(), head: head.to_owned(), body: body.to_owned() }
}

impl Answer {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub(crate) fn location(&self) -> &str {
        self.field("location").unwrap_or_default()
    }

    /// Returns the address of the link around this text.
    #[track_caller]
    pub(crate) fn link(&self, text: &str) -> String {
        let at = self.body.find(text).unwrap_or_else(|| panic!("no {text:?} in {}", self.body));
        let (_, link) = self.body[..at].rsplit_once("href=\"").unwrap();
        link.split('"').next().unwrap().to_owned()
    }

    #[track_caller]
    pub(crate) fn assert(&self, status: u16, text: &str) {
        assert_eq!(self.status, status, "{}", self.body);
        assert!(self.body.contains(text), "no {text:?} in {}", self.body);
    }
}
