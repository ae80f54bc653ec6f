//! The program: its settings, and what it prints.

use std::process::{Command, Output};

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
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "mysql://root:secret@127.0.0.1/x"),
        ("DATABASE_URL", "postgres://root:secret@127.0.0.1:1/x"),
        ("DATABASE_URL", "sqlite:///no/such/folder/x.db"),
        ("DATABASE_URL", "nonsense"),
        ("REDIS_URL", ""),
        ("AUTHGATE_ISSUER", "https://id.example"),
        ("AUTHGATE_CLIENT", "web:secret"),
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
