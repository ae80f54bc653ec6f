//! Clients of other projects, which `.ci/oauth` installs.

use std::fs::File;
use std::path::Path;

use authgate::oauth::{AccessTokens, ProtectedResource};
use authgate::routing::post;
use authgate::scheme::{Bearer, Issuer};
use authgate::{Gate, Router, Scopes, requires};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::process::Command;

use crate::provider::Provider;
use crate::resource_server::ResourceServer;

/// Returns what a script prints.
async fn printed(script: &str, arguments: &[&str]) -> Value {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    // As the provider: the imports are resolved in the current directory.
    let output = Command::new("node")
        .args(["--input-type=module", "-"])
        .args(arguments)
        .current_dir(tests.join("../target/oauth"))
        .stdin(File::open(tests.join("oauth").join(script)).unwrap())
        .output()
        .await
        .expect("node, and target/oauth, which .ci/oauth creates");
    let (out, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{script} {arguments:?}: {out}\n{errors}");
    serde_json::from_str(&out).unwrap()
}

#[derive(authgate::Scope)]
enum Scope {
    #[scope(name = "reports:read")]
    Read,
    #[scope(name = "reports:write")]
    Write,
}

#[derive(authgate::Principal, serde::Deserialize)]
#[principal(scope = Scope)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(scopes)]
    scope: Scopes<Scope>,
}

#[requires(scope = "reports:read")]
async fn read() {}

#[requires(scope = "reports:write")]
async fn write() {}

/// RFC 9728 section 3.3: a client refuses metadata whose `resource` is not the URL that it uses.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn strict_client_finds_the_issuer_of_resources_at_three_depths() {
    let provider = Provider::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let urls = ["", "/mcp", "/teams/a/mcp"].map(|path| format!("{origin}{path}"));
    let tokens = AccessTokens::from(Issuer::discover(provider.issuer()));
    let [first, second, third] = urls.each_ref().map(ProtectedResource::at);
    let tokens = tokens.resource(first).resource(second).resource(third);
    let gate = Gate::<User>::builder().scheme(Bearer::of(&tokens)).build().unwrap();
    let routes = Router::new().route("/", post(read)).route("/mcp", post(read));
    let routes = routes.route("/teams/a/mcp", post(write)).merge(tokens.metadata());
    let app = routes.with_state(gate);
    tokio::spawn(async move { axum::serve(listener, app).await });

    let [first, second, third] = urls.each_ref().map(String::as_str);
    let found = printed("oauth4webapi.mjs", &["discover", first, second, third]).await;
    for (number, (path, scope, scopes)) in [
        ("", "reports:read", json!(["reports:read", "reports:write"])),
        ("/mcp", "reports:read", json!(["reports:read"])),
        ("/teams/a/mcp", "reports:write", json!(["reports:write"])),
    ]
    .into_iter()
    .enumerate()
    {
        let found = &found[number];
        assert_eq!(found["status"], 200, "{found}");
        assert_eq!((&found["scope"], &found["scopes_supported"]), (&json!(scope), &scopes), "{found}");
        let metadata = format!("{origin}/.well-known/oauth-protected-resource{path}");
        assert_eq!(found["resource_metadata"], metadata);
    }
}

/// RFC 9449 sections 7 and 9. The provider issues opaque tokens for the second resource.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn proof_counts_once_in_all_processes() {
    let provider = Provider::start().await;
    for path in ["/mcp", "/opaque/mcp"] {
        let folder = std::env::temp_dir().join(format!("authgate-oauth-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("proofs");
        // The address of the first process is the origin of both.
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let (address, resource) = (free.to_string(), format!("http://{free}{path}"));
        let shared = [
            ("AUTHGATE_ISSUER", provider.issuer()),
            ("AUTHGATE_RESOURCE", &resource),
            ("AUTHGATE_INTROSPECTION", "api:api-secret"),
            ("AUTHGATE_REPLAY", file.to_str().unwrap()),
            ("AUTHGATE_NONCE_KEY", "shared by both processes"),
        ];
        let first = [&shared[..], &[("AUTHGATE_ADDR", &address)]].concat();
        let _first = ResourceServer::with(&first).await.ready().await;
        let second = ResourceServer::with(&shared).await.ready().await;
        let printed = printed("oauth4webapi.mjs", &["prove", &resource, &second.url()]).await;
        drop(std::fs::remove_dir_all(folder));
        let replayed = json!({ "status": 401, "reason": "proof_invalid" });
        let expected = json!({
            "first": 401,
            "statuses": [200, 200, 200],
            "replayed": [replayed, replayed, replayed],
            "bearer": { "status": 401, "error": "invalid_token" },
        });
        assert_eq!(printed, expected, "{path}");
    }
}

/// RFC 9470: the client sends the parameters of the challenge to the provider.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn challenge_leads_to_a_stronger_login() {
    let provider = Provider::start().await;
    let service = ResourceServer::of(provider.issuer()).await;
    let printed = printed("step_up.mjs", &[provider.issuer(), &service.resource()]).await;
    let expected = json!({
        "denied": {
            "status": 401,
            "error": "insufficient_user_authentication",
            "acr_values": "urn:example:otp",
            "max_age": "300",
        },
        "status": 204,
    });
    assert_eq!(printed, expected);
}

/// The client asks for the scopes that the challenges name, without help.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn mcp_client_gets_in_and_steps_up_by_itself() {
    let provider = Provider::start().await;
    let service = ResourceServer::of(provider.issuer()).await;
    // With the issuer in its process.
    let alone = ResourceServer::with(&[]).await.ready().await;
    let own = alone.issuer().await;
    for (service, issuer, client, scheme, extra) in [
        (&service, provider.issuer(), "service", "Bearer", None),
        (&service, provider.issuer(), "bound", "DPoP", Some("dpop")),
        (&alone, &own, "editor", "Bearer", None),
        (&alone, &own, "editor", "DPoP", Some("dpop")),
    ] {
        let arguments = [issuer, &service.resource(), client];
        let arguments: Vec<_> = arguments.into_iter().chain(extra).collect();
        let printed = printed("mcp.mjs", &arguments).await;
        assert_eq!(printed["tools"], json!(["list_reports"]), "{printed}");
        assert_eq!(printed["admin"], json!(["list_reports", "add_report"]), "{printed}");
        let mut responses = printed["responses"].as_array().unwrap().clone();
        // A client repeats a request at once if the service demands a nonce.
        responses.retain(|response| response[0] == "POST");
        let first: Vec<_> = responses.iter().take_while(|response| response[1] == "/mcp").cloned().collect();
        assert_eq!(first[0], json!(["POST", "/mcp", null, 401]), "{printed}");
        let admin = &responses[first.len()..];
        assert_eq!(admin[0], json!(["POST", "/mcp/admin", scheme, 403]), "{printed}");
        assert_eq!(admin[1], json!(["POST", "/mcp/admin", scheme, 200]), "{printed}");
        assert!(printed["scope"].as_str().unwrap().contains("reports:write"), "{printed}");
    }
}
