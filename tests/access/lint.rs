#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use authgate::access::document::Document;
use authgate::access::lint::{IDS, Options, lint, to_markdown};
use authgate::access::lock::Lock;
use authgate::routing::get;
use authgate::{Authorized, Gate, Router};
use authgate_tests::app::{User, role};

use crate::examples::tables;
use crate::newsroom::newsroom;

const RIGHTS: &str = "access.lock v1
role member
role editor > member grants write
role admin > editor
scope s
scope t
permission write
";

fn lock(lines: &str) -> Lock {
    Lock::parse(&format!("{RIGHTS}{lines}")).unwrap()
}

/// Returns all findings about routes as `id METHOD path`.
fn findings_of(lines: &str) -> Vec<String> {
    let lines = format!("{lines}GET /zz role:admin | role:member | permission:write\n");
    let document = Document::of_lock(&lock(&lines));
    let findings = lint(&document, &Options::new()).unwrap();
    findings.iter().map(|finding| format!("{} {}", finding.id, finding.subject())).collect()
}

#[test]
fn siblings_lint_finds_a_weaker_write_method() {
    assert_eq!(findings_of("PUT /a role:admin\nDELETE /a role:member\n"), ["siblings DELETE /a"]);
    assert_eq!(
        findings_of("PATCH /a/{id} role:admin\nDELETE /a/{id} authenticated User\n"),
        ["siblings DELETE /a/{id}"]
    );
    assert_eq!(findings_of("PUT /a role:admin\nPATCH /a role:editor\n"), ["siblings PATCH /a"]);
    assert_eq!(
        findings_of("PUT /a role:admin\nPATCH /a role:admin & policy:P on T\n"),
        ["siblings PATCH /a"]
    );
    for fine in [
        "PUT /a role:member\nDELETE /a role:admin\n",
        "PUT /a role:editor\nPATCH /a role:editor | role:admin\n",
        "PUT /a role:editor\nDELETE /a role:editor & fresh:300s\n",
        "PUT /a role:editor & policy:P on T\nDELETE /a role:editor & policy:Q on T\n",
        "PUT /a role:admin\nDELETE /b role:member\n",
        "PUT /a role:member | scope:s\nDELETE /a role:member & scope:s\n",
    ] {
        assert_eq!(findings_of(fine), [""; 0], "{fine}");
    }
}

#[test]
fn weaker_write_lint_finds_a_write_rule_wider_than_get() {
    assert_eq!(findings_of("GET /a role:admin\nPOST /a role:member\n"), ["weaker-write POST /a"]);
    assert_eq!(findings_of("GET /a role:member\nPUT /a public \"x\"\n"), ["weaker-write PUT /a"]);
    assert_eq!(findings_of("GET /a role:admin\n* /a role:editor | scope:s\n"), ["weaker-write * /a"]);
    for fine in [
        "GET /a role:member\nPOST /a role:member\n",
        "GET /a public \"x\"\nPOST /a role:member\n",
        "GET /a role:member & policy:P on T\nPUT /a role:member & policy:Q on T\n",
        "HEAD /a role:admin\nPOST /a role:member\n",
    ] {
        assert_eq!(findings_of(fine), [""; 0], "{fine}");
    }
    // One problem is reported once.
    let both = findings_of("GET /a role:admin\nPUT /a role:admin\nDELETE /a role:member\n");
    assert_eq!(both, ["siblings DELETE /a"]);
}

#[test]
fn gated_well_known_lint_finds_probe_and_crawler_paths() {
    for path in [
        "/robots.txt",
        "/favicon.ico",
        "/.well-known/x/y",
        "/health",
        "/api/v1/healthz",
        "/livez",
        "/readyz",
        "/ping",
    ] {
        assert_eq!(
            findings_of(&format!("GET {path} role:member\n")),
            [format!("gated-well-known GET {path}")]
        );
        assert_eq!(findings_of(&format!("GET {path} public \"x\"\n")), [""; 0]);
        assert_eq!(findings_of(&format!("POST {path} role:member\n")), [""; 0]);
    }
    for other in ["/a/robots.txt", "/x/.well-known/y", "/health/{id}", "/healthy"] {
        assert_eq!(findings_of(&format!("GET {other} role:member\n")), [""; 0]);
    }
}

#[test]
fn unreachable_lint_finds_unsatisfiable_rules() {
    assert_eq!(findings_of("GET /a role:member & !role:member\n"), ["unreachable GET /a"]);
    // Every admin is an editor.
    assert_eq!(findings_of("GET /a role:admin & !role:editor\n"), ["unreachable GET /a"]);
    assert_eq!(findings_of("GET /a scheme:A & scheme:B\n"), ["unreachable GET /a"]);
    assert_eq!(findings_of("GET /a role:editor & !role:admin\n"), [""; 0]);
}

#[test]
fn unused_role_lint_finds_roles_without_effect() {
    let of = |lines: &str| {
        let rights =
            "role auditor\nrole chief > auditor grants p\nrole guest\npermission p\npermission q > p\n";
        let lock = Lock::parse(&format!("access.lock v1\n{rights}{lines}")).unwrap();
        let findings = lint(&Document::of_lock(&lock), &Options::new()).unwrap();
        findings.iter().map(|finding| format!("{} {}", finding.id, finding.subject())).collect::<Vec<_>>()
    };
    let all = ["unused-role role auditor", "unused-role role chief", "unused-role role guest"];
    assert_eq!(of("GET /a authenticated User\n"), all);
    // The role opens what the lower role opens, and is a step to the higher role.
    assert_eq!(of("GET /a role:auditor\n"), all[2..]);
    assert_eq!(of("GET /a role:chief\n"), all[2..]);
    // By a permission that it grants, and by a rule that excludes it.
    assert_eq!(of("GET /a permission:p & !role:guest\n"), [""; 0]);
    assert_eq!(of("GET /a permission:q\n"), all);
    // A policy may read roles.
    assert_eq!(of("GET /a policy:P on T\n"), [""; 0]);
}

#[test]
fn unlisted_scope_lint_finds_scopes_missing_in_metadata() {
    let document = Document::of_lock(&lock("GET /a scope:s & scope:t & policy:P on T\nGET /b scope:s\n"));
    let of = |options| {
        let findings = lint(&document, &options).unwrap();
        findings.iter().map(|finding| format!("{} {}", finding.id, finding.subject())).collect::<Vec<_>>()
    };
    assert_eq!(of(Options::new()), [""; 0]);
    assert_eq!(of(Options::new().metadata(r#"{"resource": "https://a.example"}"#).unwrap()), [""; 0]);
    let metadata = r#"{"resource": "https://a.example", "scopes_supported": ["s"]}"#;
    assert_eq!(of(Options::new().metadata(metadata).unwrap()), ["unlisted-scope GET /a"]);
    assert_eq!(of(Options::new().scopes_supported(["s", "t"])), [""; 0]);
    for (bad, why) in [
        ("", "is not valid JSON"),
        ("[]", "not a JSON object"),
        (r#"{"scopes_supported": "s"}"#, "not an array of strings"),
    ] {
        let error = Options::new().metadata(bad).unwrap_err().to_string();
        assert!(error.contains(why), "{bad}: {error}");
    }
}

async fn shared<R>(_by: Authorized<R, User>) {}

#[test]
fn two_rules_lint_finds_a_handler_with_different_rules() {
    let routes = Router::<Gate<User>>::new()
        .route("/a", get(shared::<role::Admin>))
        .route("/b", get(shared::<role::Viewer>))
        .route("/c", get(shared::<role::Admin>))
        .route("/d", get(|_: Authorized<role::Admin, User>| async {}))
        .route("/e", get(|_: Authorized<role::Editor, User>| async {}));
    let findings = lint(&routes.access().document(), &Options::new()).unwrap();
    assert_eq!(findings.len(), 1, "{findings:?}");
    let text = findings[0].to_string();
    assert!(text.starts_with("warning[two-rules]: GET /b (tests/access/lint.rs:"), "{text}");
    assert!(text.ends_with(
        "`access::lint::shared` has the rule `role:viewer` here, and `role:admin` at GET /a: use one rule, or a function for \
         each rule"
    ));
}

#[test]
fn allow_comment_accepts_a_finding_with_its_reason() {
    let document = newsroom().access().document();
    let open = lint(&document, &Options::new()).unwrap();
    let told: Vec<_> = open.iter().map(|finding| (finding.id, finding.subject())).collect();
    assert_eq!(told, [("public-body", "POST /login".to_owned())]);
    assert!(open[0].to_string().starts_with("warning[public-body]: POST /login (tests/access/newsroom.rs:"));

    let text = newsroom().access().lock().to_string();
    let accepted = text.replace("POST    /login ", "# allow(public-body): signing in\nPOST    /login ");
    let options = Options::new().lock(&Lock::parse(&accepted).unwrap());
    let findings = lint(&document, &options).unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].accepted.as_deref(), Some("signing in"));
    assert!(findings[0].to_string().ends_with("; accepted: signing in"));
    let markdown = to_markdown(&findings);
    assert!(
        markdown.contains("No findings.") && markdown.contains("- `public-body` `POST /login`: signing in")
    );
    assert!(to_markdown(&open).contains("- `public-body` `POST /login` (`tests/access/newsroom.rs:"));
}

#[test]
fn acceptance_lint_finds_invalid_allow_comments() {
    let of = |lines: &str| {
        let lock = lock(lines);
        let findings = lint(&Document::of_lock(&lock), &Options::new().lock(&lock)).unwrap();
        findings
            .iter()
            .filter(|finding| finding.accepted.is_none())
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    let rest = "GET /zz role:admin | role:member | permission:write\n";
    for (comment, expected) in [
        ("# allow(siblings): as meant", None),
        (
            "# allow(weaker-write, siblings): as meant",
            Some(
                "warning[acceptance]: DELETE /a (line 10 of the lock): `allow(weaker-write)` accepts nothing: remove the comment",
            ),
        ),
        ("# allow(siblings)", Some("`allow(siblings)` has no reason: write `# allow(siblings): why`")),
        ("# allow(siblings):  ", Some("has no reason")),
        ("# allow(sibling): x", Some("unknown lint `sibling`: expected one of siblings, weaker-write,")),
        ("# allow(acceptance): x", Some("unknown lint `acceptance`")),
        ("# allow(siblings: x", Some("the `)` is missing")),
        ("# allow(unlisted-scope): for later", None),
        ("# what is allowed (siblings): x", None),
    ] {
        let told = of(&format!("PUT /a role:admin\n{comment}\nDELETE /a role:member\n{rest}"));
        let wrong: Vec<_> = told.iter().filter(|text| text.starts_with("warning[acceptance]")).collect();
        match expected {
            None => assert_eq!(wrong, Vec::<&String>::new(), "{comment}"),
            Some(expected) => {
                assert!(wrong.len() == 1 && wrong[0].contains(expected), "{comment}: {wrong:?}");
            }
        }
        let is_accepted = comment.contains("siblings):") && comment.contains("as meant");
        assert_eq!(told.iter().any(|text| text.starts_with("warning[siblings]")), !is_accepted, "{comment}");
    }
    // A line of a role, and a route that is not in the table.
    let lock = Lock::parse("access.lock v1\n# allow(unused-role): for later\nrole r\nscope s # allow(unused-role): x\nGET /gone public \"x\" # allow(public-body): y\n").unwrap();
    let table = Document::of_lock(&Lock::parse("access.lock v1\nrole r\nscope s\nGET /a scope:s\n").unwrap());
    let findings = lint(&table, &Options::new().lock(&lock)).unwrap();
    let told: Vec<_> =
        findings.iter().map(|finding| (finding.id, finding.subject(), finding.accepted.is_some())).collect();
    assert_eq!(
        told,
        [
            ("unused-role", "role r".to_owned(), true),
            ("acceptance", "scope s".to_owned(), false),
            ("acceptance", "GET /gone".to_owned(), false)
        ]
    );
}

#[test]
fn exact_tenant_lint_finds_exclusions_in_noncanonical_tenants() {
    for excluding in [
        "GET /a !role:member in Org\n",
        "GET /a role:member & !(role:editor in Org | scope:s)\n",
        "GET /a role:member in Org & !permission:write in Org\n",
    ] {
        assert_eq!(findings_of(excluding), ["exact-tenant GET /a"], "{excluding}");
        assert_eq!(findings_of(&format!("tenant Org canonical\n{excluding}")), [""; 0], "{excluding}");
        assert_eq!(findings_of(&format!("tenant Other canonical\n{excluding}")), ["exact-tenant GET /a"]);
    }
    for fine in ["GET /a role:member in Org\n", "GET /a !role:member | role:editor in Org\n"] {
        assert_eq!(findings_of(fine), [""; 0], "{fine}");
    }
}

#[test]
fn finding_is_escaped_to_one_line() {
    let mut document = Document::of_lock(&lock("PUT /a role:admin\nDELETE /a role:member\n"));
    for route in &mut document.routes {
        route.source.file = "a\n\u{1b}[31m".to_owned();
    }
    let findings = lint(&document, &Options::new()).unwrap();
    assert!(findings[0].to_string().chars().all(|c| !c.is_control()));
    assert!(to_markdown(&findings).contains(r"`DELETE /a` (`a\n\u{1b}[31m:0`)"));
}

#[test]
fn every_lint_is_documented_once() {
    let text = include_str!("../../authgate/access/src/lint.rs");
    for id in IDS {
        assert_eq!(text.matches(&format!("//! | `{id}` |")).count(), 1, "{id}");
    }
    assert_eq!(IDS.iter().collect::<BTreeSet<_>>().len(), IDS.len());
}

#[tokio::test]
async fn examples_have_only_accepted_findings() {
    let mut odd = Vec::new();
    for (name, table) in tables() {
        let lock = format!("{}/../examples/{name}/access.lock", env!("CARGO_MANIFEST_DIR"));
        let mut options = Options::new();
        if let Ok(text) = std::fs::read_to_string(lock) {
            options = options.lock(&Lock::parse(&text).unwrap());
        }
        for finding in lint(&table.document(), &options).unwrap() {
            assert!(finding.accepted.is_some(), "{name}: {finding}");
            odd.push(format!("{name}: {} {}", finding.id, finding.subject()));
        }
    }
    assert_eq!(
        odd,
        [
            "session: public-body POST /login",
            "mixed: public-body POST /login",
            // The worker authenticates the sender of a job.
            "service_layer: public-body POST /jobs"
        ]
    );
}
