//! The environment of the resource server of the examples, and the commands that it prints.

use crate::resource_server::{ResourceServer, failed};

#[tokio::test]
#[ignore = "requires the example, which .ci/oauth builds"]
async fn setting_that_cannot_work_is_one_line_of_error() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (variable, value) in [
        ("AUTHGATE_ADDR", "nonsense"),
        ("AUTHGATE_ADDR", ""),
        ("AUTHGATE_ADDR", "127.0.0.1:99999"),
        ("AUTHGATE_ADDR", &taken),
        ("AUTHGATE_ISSUER", "id.example"),
        ("AUTHGATE_ISSUER", ""),
        ("AUTHGATE_ISSUER", "http://id.example"),
        ("AUTHGATE_RESOURCE", "/mcp"),
        ("AUTHGATE_RESOURCE", ""),
        ("AUTHGATE_RESOURCE", "http://api.example/mcp"),
        ("AUTHGATE_REPLAY", "/nowhere/proofs"),
        ("AUTHGATE_REPLAY", "/proc/version"),
        ("AUTHGATE_REPLAY", "/"),
        ("AUTHGATE_REPLAY", ""),
        ("AUTHGATE_NONCE_KEY", ""),
        ("AUTHGATE_INTROSPECTION", ""),
        ("AUTHGATE_INTROSPECTION", "api"),
        ("AUTHGATE_INTROSPECTION", ":SESAME"),
        ("AUTHGATE_INTROSPECTION", "SESAME:"),
        // The issuer in the process has no opaque tokens.
        ("AUTHGATE_INTROSPECTION", "api:SESAME"),
    ] {
        let output = failed(&[(variable, value)]).await;
        let (out, errors) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(!output.status.success(), "{variable}={value:?}");
        assert!(
            errors.starts_with("error: ") && errors.lines().count() == 1,
            "{variable}={value:?}: {errors}"
        );
        assert!(!errors.contains("SESAME"), "{variable}: {errors}");
        assert!(out.is_empty(), "{variable}={value:?}: {out}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires curl, and the example, which .ci/oauth builds"]
async fn printed_commands_get_the_printed_status() {
    let mut service = ResourceServer::with(&[]).await.ready().await;
    let commands = service.commands().await;
    let expected = commands.lines().filter(|line| line.starts_with("curl "));
    let expected: Vec<_> = expected.map(|line| line.rsplit_once("# ").unwrap().1).collect();
    let output = tokio::process::Command::new("sh").args(["-c", &commands]).output().await.unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    // A body may end without a line break.
    let got: Vec<_> = output.split("HTTP/1.1 ").skip(1).map(|response| &response[..3]).collect();
    assert_eq!(got, expected, "{output}");
    assert!(got.len() > 10 && ["200", "201", "204", "401", "403"].iter().all(|status| got.contains(status)));
}
