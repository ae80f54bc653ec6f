//! The program: its settings, and what it prints.

use std::process::{Command, Output};

use workspace::db::new_id;
use workspace::settings::Settings;
use workspace::{TemporaryFolder, start};

/// Runs the program with one setting, which must end it.
fn run(name: &str, value: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_workspace"));
    command.env("AUTHGATE_ADDR", "127.0.0.1:0").env_remove("DATABASE_URL").env_remove("REDIS_URL");
    command.env(name, value).output().unwrap()
}

#[test]
fn setting_that_cannot_work_is_one_line_and_an_exit_status() {
    for (name, value) in [
        ("AUTHGATE_ADDR", "nowhere"),
        ("AUTHGATE_ADDR", "127.0.0.1:99999"),
        ("AUTHGATE_ADDR", ""),
        ("AUTHGATE_ORIGIN", "https://app.example/path"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "mysql://root:secret@127.0.0.1/x"),
        ("DATABASE_URL", "postgres://root:secret@127.0.0.1:1/x"),
        ("DATABASE_URL", "sqlite:///no/such/folder/x.db"),
        ("DATABASE_URL", "nonsense"),
        ("REDIS_URL", ""),
        ("AUTHGATE_ISSUER", "https://id.example"),
        ("AUTHGATE_CLIENT", "web:secret"),
        ("AUTHGATE_COOKIE_KEY", "secret"),
        ("AUTHGATE_ORIGIN", "app.example"),
        ("REDIS_URL", "http://:secret@127.0.0.1/"),
    ] {
        let output = run(name, value);
        let (out, error) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert!(!output.status.success(), "{name}={value}");
        assert!(out.is_empty(), "{name}={value}: {out}");
        assert_eq!(error.lines().count(), 1, "{name}={value}: {error}");
        assert!(error.starts_with(&format!("error: {name}")), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
}

#[test]
fn address_of_other_machines_needs_an_origin() {
    let output = run("AUTHGATE_ADDR", "0.0.0.0:0");
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && error.starts_with("error: AUTHGATE_ORIGIN is missing"), "{error}");
}

/// Otherwise, the next start would find the demo users, without their password.
#[tokio::test]
async fn failed_start_leaves_the_database_empty() {
    let settings = crate::browser::settings().await;
    let folder = TemporaryFolder(std::env::temp_dir().join(format!("workspace-test-{}", new_id())));
    std::fs::create_dir(&folder.0).unwrap();
    let file = format!("sqlite://{}?mode=rwc", folder.0.join("x.db").display());
    let database = settings.database.clone().or(Some(file));
    let wrong = Settings { database, origin: Some("nonsense".into()), ..settings };
    assert!(start(&wrong).await.is_err());
    let service = start(&Settings { origin: None, ..wrong }).await.unwrap();
    assert!(service.password.is_some());
}

#[test]
fn several_processes_with_a_provider_need_a_cookie_key() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_workspace"));
    command.env("AUTHGATE_ISSUER", "https://id.example").env("AUTHGATE_CLIENT", "web:secret");
    let output = command.env("REDIS_URL", "redis://127.0.0.1:1").output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        !output.status.success() && error.starts_with("error: AUTHGATE_COOKIE_KEY is missing"),
        "{error}"
    );
}
