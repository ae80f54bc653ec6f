//! User names sent by untrusted peers, and malformed user names sent by a proxy.

use std::net::SocketAddr;

use authgate::danger::TrustedProxy;
use authgate::routing::get;
use authgate::{Authenticated, Gate, Router};
use authgate_tests::app::User;
use authgate_tests::ask::send;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{HeaderName, HeaderValue, Request};

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

fn app() -> axum::Router {
    let known = |name: &str| {
        let is_known = ["vera", "вера", "vera@example.com", "vera pavlovna"].contains(&name);
        is_known.then(|| User::new(name, &[], &[]))
    };
    let peers = ["10.1.2.3", "10.2.0.0/16", "fd00:1::/64", "192.0.2.128/25"];
    let proxy = TrustedProxy::new("x-forwarded-user", "a test", peers, known).realm("intranet");
    let gate = Gate::<User>::builder().scheme(proxy).build().expect("complete");
    Router::new().route("/me", get(me)).with_state(gate)
}

const MISSING: &str = "credentials_missing";
const MALFORMED: &str = "credentials_malformed";
const REJECTED: &str = "credentials_rejected";
const AMBIGUOUS: &str = "credentials_ambiguous";
const LET_IN: &str = "";

type Field = (&'static str, Vec<u8>);

struct Row {
    what: String,
    peer: &'static str,
    fields: Vec<Field>,
    reason: &'static str,
    rule: &'static str,
}

const FIELD: &str = "x-forwarded-user";
const PROXY: &str = "10.1.2.3";

/// Trusted and untrusted peer addresses: RFC 4291 sections 2.3 and 2.5.5, RFC 4632 section 3.1.
fn peer_rows() -> Vec<Row> {
    let row = |(peer, reason): (&'static str, &'static str)| Row {
        what: format!("from {peer}"),
        peer,
        fields: vec![(FIELD, b"vera".to_vec())],
        reason,
        rule: "RFC 4291 section 2.5.5, RFC 4632 section 3.1",
    };
    let trusted = [
        "10.1.2.3",
        "::ffff:10.1.2.3",
        "::ffff:a01:203",
        "10.2.0.0",
        "10.2.255.255",
        "::ffff:10.2.7.7",
        "fd00:1::",
        "fd00:1::ffff:ffff:ffff:ffff",
        "192.0.2.128",
        "192.0.2.255",
    ];
    let strangers = [
        "10.1.2.2",
        "10.1.2.4",
        "10.1.255.255",
        "10.3.0.0",
        "::10.1.2.3",
        "64:ff9b::10.1.2.3",
        "2002:a01:203::",
        "::ffff:0:10.1.2.3",
        "fd00:1:0:1::",
        "fd00::1",
        "fe80::1",
        "::",
        "::1",
        "0.0.0.0",
        "127.0.0.1",
        "255.255.255.255",
        "192.0.2.127",
        "192.0.3.128",
        "3.2.1.10",
    ];
    let trusted = trusted.map(|peer| (peer, LET_IN));
    let strangers = strangers.map(|peer| (peer, REJECTED));
    trusted.into_iter().chain(strangers).map(row).collect()
}

/// User names from the proxy.
fn name_rows() -> Vec<Row> {
    let long = |length| vec![b'v'; length];
    let values: [(&str, Vec<u8>, &str); 27] = [
        ("a name", b"vera".to_vec(), LET_IN),
        ("spaces around", b" vera\t".to_vec(), LET_IN),
        ("an address", b"vera@example.com".to_vec(), LET_IN),
        ("a space within", b"vera pavlovna".to_vec(), LET_IN),
        ("UTF-8", "вера".into(), LET_IN),
        ("nobody's", b"eve".to_vec(), REJECTED),
        ("in capitals", b"VERA".to_vec(), REJECTED),
        ("in quotes", b"\"vera\"".to_vec(), REJECTED),
        ("decomposed", "ве\u{301}ра".into(), REJECTED),
        ("zero-width space", "vera\u{200b}".into(), REJECTED),
        ("percent-encoded", b"%76era".to_vec(), REJECTED),
        ("(null)", b"(null)".to_vec(), REJECTED),
        ("a hyphen", b"-".to_vec(), REJECTED),
        ("SQL", b"vera'--".to_vec(), REJECTED),
        ("256 bytes", long(256), REJECTED),
        ("257 bytes", long(257), MALFORMED),
        ("64 KiB", long(65536), MALFORMED),
        ("empty", vec![], MALFORMED),
        ("a space", b" ".to_vec(), MALFORMED),
        ("a tab within", b"ve\tra".to_vec(), MALFORMED),
        ("Latin 1", b"ver\xe0".to_vec(), MALFORMED),
        ("overlong UTF-8", b"\xc1\xb6era".to_vec(), MALFORMED),
        ("a surrogate", b"\xed\xa0\x80".to_vec(), MALFORMED),
        ("a C1 control", "vera\u{85}".into(), MALFORMED),
        ("joined", b"vera, eve".to_vec(), AMBIGUOUS),
        ("joined with the same", b"vera,vera".to_vec(), AMBIGUOUS),
        ("a comma behind", b"vera,".to_vec(), AMBIGUOUS),
    ];
    let row = |(what, value, reason): (&str, Vec<u8>, &'static str)| Row {
        what: what.to_owned(),
        peer: PROXY,
        fields: vec![(FIELD, value)],
        reason,
        rule: "RFC 9110 sections 5.3 and 5.5",
    };
    values.map(row).into()
}

/// Other fields, and several fields.
fn field_rows() -> Vec<Row> {
    let vera = || b"vera".to_vec();
    let rows: [(&str, &'static str, Vec<Field>, &'static str); 17] = [
        ("nothing from the proxy", PROXY, vec![], MISSING),
        ("nothing from a stranger", "192.0.2.1", vec![], MISSING),
        ("two lines", PROXY, vec![(FIELD, vera()), (FIELD, b"eve".to_vec())], AMBIGUOUS),
        (
            "a client's line before the proxy's",
            PROXY,
            vec![(FIELD, b"eve".to_vec()), (FIELD, vera())],
            AMBIGUOUS,
        ),
        ("two lines of one name", PROXY, vec![(FIELD, vera()), (FIELD, vera())], AMBIGUOUS),
        ("an empty line besides", PROXY, vec![(FIELD, vec![]), (FIELD, vera())], AMBIGUOUS),
        ("a thousand lines", PROXY, vec![(FIELD, vera()); 1000], AMBIGUOUS),
        ("two lines of a stranger", "192.0.2.1", vec![(FIELD, vera()), (FIELD, vera())], REJECTED),
        ("joined by a stranger", "192.0.2.1", vec![(FIELD, b"vera, eve".to_vec())], REJECTED),
        ("nonsense of a stranger", "192.0.2.1", vec![(FIELD, vec![0xff])], REJECTED),
        (
            "a stranger who says where he comes from",
            "192.0.2.1",
            vec![(FIELD, vera()), ("x-forwarded-for", PROXY.into()), ("x-real-ip", PROXY.into())],
            REJECTED,
        ),
        (
            "a stranger with a Forwarded field",
            "192.0.2.1",
            vec![(FIELD, vera()), ("forwarded", b"for=10.1.2.3;by=10.1.2.3".to_vec())],
            REJECTED,
        ),
        (
            "another's address in a field of the proxy's",
            PROXY,
            vec![(FIELD, vera()), ("x-forwarded-for", b"192.0.2.1".to_vec())],
            LET_IN,
        ),
        ("an underscore", PROXY, vec![("x_forwarded_user", vera())], MISSING),
        ("another field", PROXY, vec![("x-remote-user", vera())], MISSING),
        ("Authorization of the name", PROXY, vec![("authorization", b"TrustedProxy vera".to_vec())], MISSING),
        (
            "an Authorization of nobody's",
            PROXY,
            vec![(FIELD, vera()), ("authorization", b"Basic eDp5".to_vec())],
            LET_IN,
        ),
    ];
    let row = |(what, peer, fields, reason): (&str, _, _, _)| Row {
        what: what.to_owned(),
        peer,
        fields,
        reason,
        rule: "RFC 9110 section 5.3; the peer's address alone counts",
    };
    rows.map(row).into()
}

async fn row_difference(app: &axum::Router, row: &Row) -> Option<String> {
    let mut request = Request::get("/me").body(Body::empty()).expect("a request");
    for (name, value) in &row.fields {
        let value = HeaderValue::from_bytes(value).expect("what a server lets through");
        request.headers_mut().append(HeaderName::from_static(name), value);
    }
    let peer = SocketAddr::new(row.peer.parse().expect("an address"), 4711);
    request.extensions_mut().insert(ConnectInfo(peer));
    let answer = send(app, request).await;
    let is_as_said = match row.reason {
        LET_IN => answer.status == 200 && answer.body.to_lowercase().starts_with(['v', 'в']),
        reason => {
            answer.status == if reason == AMBIGUOUS { 400 } else { 401 }
                && answer.reason() == reason
                && answer.challenges() == [r#"TrustedProxy realm="intranet""#]
                && answer.header("cache-control") == Some("no-store")
                && answer.header("vary") == Some("accept, x-forwarded-user")
        }
    };
    let said = format!("{} ({}): {} {}", row.what, row.rule, answer.status, answer.body);
    (!is_as_said).then_some(said)
}

#[tokio::test]
async fn every_row_gets_the_expected_response() {
    let table: Vec<_> = [peer_rows(), name_rows(), field_rows()].into_iter().flatten().collect();
    assert!(table.len() >= 70, "{} rows: some were lost", table.len());
    let (app, mut faults) = (app(), Vec::new());
    for row in &table {
        faults.extend(row_difference(&app, row).await);
    }
    assert!(faults.is_empty(), "{} of {} rows:\n{}", faults.len(), table.len(), faults.join("\n"));
}
