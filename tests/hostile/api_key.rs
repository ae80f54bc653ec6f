//! Header fields that contain no valid key, another key, or two keys.

use std::time::{Duration, SystemTime};

use authgate::routing::get;
use authgate::scheme::ApiKey;
use authgate::scheme::api_key::{InMemoryApiKeys, KeyRecord, NewKey};
use authgate::{Authenticated, Gate, Principal, Router};
use authgate_tests::ask::send;
use axum::body::Body;
use http::{HeaderName, HeaderValue, Request};
use tokio::task::JoinSet;

#[derive(Clone, Principal)]
struct Machine {
    #[principal(id)]
    name: &'static str,
}

async fn me(machine: Authenticated<Machine>) -> &'static str {
    machine.name
}

/// The keys that the rows use, and an application that knows them.
struct Known {
    app: axum::Router,
    good: String,
    other: String,
    expired: String,
    revoked: String,
    removed: String,
}

fn known() -> Known {
    let keys = InMemoryApiKeys::new();
    let key = |record: KeyRecord<Machine>| {
        let key = NewKey::generate("acme").expect("a key");
        keys.insert(key.digest(), record).expect("a new one");
        key
    };
    let record = || KeyRecord::new(Machine { name: "ci" });
    let (good, other, revoked, removed) = (key(record()), key(record()), key(record()), key(record()));
    let expired = key(record().with_expires_at(SystemTime::now() - Duration::from_secs(1)));
    assert!(keys.revoke(revoked.digest()) && keys.remove(removed.digest()));
    let gate = Gate::<Machine>::builder().scheme(ApiKey::header("x-api-key", keys).realm("api"));
    let app = Router::new().route("/me", get(me)).with_state(gate.build().expect("complete"));
    let text = |key: NewKey| key.text().to_owned();
    Known {
        app,
        good: text(good),
        other: text(other),
        expired: text(expired),
        revoked: text(revoked),
        removed: text(removed),
    }
}

type Field = (&'static str, Vec<u8>);

struct Row {
    what: &'static str,
    target: String,
    fields: Vec<Field>,
    status: u16,
    reason: &'static str,
    rule: &'static str,
}

/// Returns a row with status 401, or 400 if the credentials are ambiguous, or 200 if there is no
/// reason.
fn row(what: &'static str, fields: Vec<Field>, reason: &'static str, rule: &'static str) -> Row {
    let status = match reason {
        "" => 200,
        "credentials_ambiguous" => 400,
        _ => 401,
    };
    Row { what, target: "/me".to_owned(), fields, status, reason, rule }
}

fn key(value: impl AsRef<[u8]>) -> Field {
    ("x-api-key", value.as_ref().to_vec())
}

fn authorization(value: impl AsRef<[u8]>) -> Field {
    ("authorization", value.as_ref().to_vec())
}

const MISSING: &str = "credentials_missing";
const MALFORMED: &str = "credentials_malformed";
const REJECTED: &str = "credentials_rejected";
const AMBIGUOUS: &str = "credentials_ambiguous";

/// The syntax of a key: 1 to 512 characters of printable ASCII, without spaces and commas.
fn syntax_rows(good: &str) -> Vec<Row> {
    let rule = "RFC 9110 section 5.5";
    let values: [(&str, Vec<u8>); 17] = [
        ("an empty field", vec![]),
        ("a space", b" ".to_vec()),
        ("tabs", b"\t\t".to_vec()),
        ("a space within", format!("{good} x").into()),
        ("a tab within", good.replace('_', "\t").into()),
        ("Latin 1", b"acme_\xe9\xff".to_vec()),
        ("a key and a byte beyond ASCII", [good.as_bytes(), b"\x80"].concat()),
        ("no-break space", [good.as_bytes(), b"\xc2\xa0"].concat()),
        ("zero-width space", [b"\xe2\x80\x8b", good.as_bytes()].concat()),
        ("full-width letters", "ａｃｍｅ_".into()),
        ("Cyrillic letters that look alike", good.replacen('a', "а", 1).into()),
        ("right-to-left override", "\u{202e}emca".into()),
        ("no UTF-8", vec![0xff; 40]),
        ("513 characters", "a".repeat(513).into()),
        ("64 KiB", "a".repeat(65536).into()),
        ("an auth-scheme before it", format!("ApiKey {good}").into()),
        ("a quoted pair of words", format!("\"{good} {good}\"").into()),
    ];
    let in_header = values.iter().map(|(what, value)| row(what, vec![key(value)], MALFORMED, rule));
    let in_authorization = values.iter().map(|(what, value)| {
        row(what, vec![authorization([b"ApiKey ", value.as_slice()].concat())], MALFORMED, rule)
    });
    in_header.chain(in_authorization).collect()
}

/// Well-formed keys that are unknown.
fn unknown_key_rows(known: &Known) -> Vec<Row> {
    let good = known.good.as_str();
    let rule = "of an unknown key";
    let digest = authgate::scheme::api_key::KeyDigest::of_text(good).expect("a key").to_string();
    let mut rows: Vec<_> = [
        ("another", "acme_0000000000000000000000000000000000000000000000000".to_owned()),
        ("the prefix", "acme_".to_owned()),
        ("one character", "a".to_owned()),
        ("512 characters", "a".repeat(512)),
        ("a key and one more", format!("{good}0")),
        ("a key without its last", good[..good.len() - 1].to_owned()),
        ("a key in capitals", good.to_uppercase()),
        ("a key in small letters", good.to_lowercase()),
        ("a key without its prefix", good[5..].to_owned()),
        ("its digest", digest),
        ("a key in quotes", format!("\"{good}\"")),
        ("two keys without anything between", format!("{good}{}", known.other)),
        ("two keys and a semicolon", format!("{good};{}", known.other)),
        ("percent-encoded", good.replace('_', "%5F")),
        ("SQL", "'or'1'='1'--".to_owned()),
        ("a path", "../../etc/passwd".to_owned()),
        ("a template", "${jndi:ldap://x}".to_owned()),
        ("a JWT", crate::raw::good()),
        ("a removed one", known.removed.clone()),
    ]
    .into_iter()
    .flat_map(|(what, value)| {
        [
            row(what, vec![key(&value)], REJECTED, rule),
            row(what, vec![authorization(format!("ApiKey {value}"))], REJECTED, rule),
        ]
    })
    .collect();
    for (what, value, reason) in [
        ("an expired one", &known.expired, "credentials_expired"),
        ("a revoked one", &known.revoked, "credentials_revoked"),
    ] {
        rows.push(row(what, vec![key(value)], reason, "authgate: the form of keys"));
        rows.push(row(
            what,
            vec![authorization(format!("apikey {value}"))],
            reason,
            "authgate: the form of keys",
        ));
    }
    rows
}

/// Several keys.
fn multiple_key_rows(known: &Known) -> Vec<Row> {
    let (good, other) = (known.good.as_str(), known.other.as_str());
    let rule = "RFC 9110 section 5.3";
    let scheme = |value: &str| authorization(format!("ApiKey {value}"));
    [
        ("two lines of one key", vec![key(good), key(good)]),
        ("two lines", vec![key(good), key(other)]),
        ("a good one and a bad one", vec![key(good), key("x")]),
        ("a bad one and a good one", vec![key("x"), key(good)]),
        ("a good one and an empty one", vec![key(good), key("")]),
        ("an empty one and a good one", vec![key(""), key(good)]),
        ("a thousand lines", vec![key(good); 1000]),
        ("joined", vec![key(format!("{good}, {other}"))]),
        ("joined without a space", vec![key(format!("{good},{good}"))]),
        ("a comma behind", vec![key(format!("{good},"))]),
        ("a comma before", vec![key(format!(",{good}"))]),
        ("a comma alone", vec![key(",")]),
        ("in both places", vec![key(good), scheme(good)]),
        ("in both places, another", vec![scheme(other), key(good)]),
        ("in both places, one bad", vec![key(good), scheme("x")]),
        ("in both places, one empty", vec![key(good), authorization("ApiKey")]),
        ("two Authorization lines", vec![scheme(good), scheme(good)]),
        ("Authorization of two schemes", vec![scheme(good), authorization("Bearer x")]),
        ("joined in Authorization", vec![scheme(&format!("{good}, ApiKey {other}"))]),
        ("joined in Authorization, bare", vec![scheme(&format!("{good},{other}"))]),
        ("joined so that it looks like a parameter", vec![scheme(&format!("{good}, x={other}"))]),
    ]
    .into_iter()
    .map(|(what, fields)| row(what, fields, AMBIGUOUS, rule))
    .collect()
}

/// Places where a key is not read, and places where it is.
fn location_rows(good: &str) -> Vec<Row> {
    let mut rows = vec![
        row("nothing", vec![], MISSING, "RFC 9110 section 11.6.1"),
        row("an empty Authorization", vec![authorization("")], MISSING, "authgate: the form of keys"),
        row("as Bearer", vec![authorization(format!("Bearer {good}"))], MISSING, "RFC 9110 section 11.4"),
        row("as Basic", vec![authorization(format!("Basic {good}"))], MISSING, "RFC 9110 section 11.4"),
        row("without a scheme", vec![authorization(good)], MISSING, "RFC 9110 section 11.4"),
        row(
            "of a scheme that begins so",
            vec![authorization(format!("ApiKeys {good}"))],
            MISSING,
            "RFC 9110 section 11.1",
        ),
        row(
            "a tab behind the scheme",
            vec![authorization(format!("ApiKey\t{good}"))],
            MALFORMED,
            "RFC 9110 section 11.1",
        ),
        row(
            "a colon behind the scheme",
            vec![authorization(format!("ApiKey:{good}"))],
            MALFORMED,
            "RFC 9110 section 11.1",
        ),
        row("the scheme alone", vec![authorization("ApiKey")], MALFORMED, "RFC 9110 section 11.1"),
        row(
            "in Proxy-Authorization",
            vec![("proxy-authorization", good.into())],
            MISSING,
            "RFC 9110 section 11.7.2",
        ),
        row(
            "in a cookie",
            vec![("cookie", format!("x-api-key={good}").into())],
            MISSING,
            "authgate: the form of keys",
        ),
        row("in a field that looks alike", vec![("x_api_key", good.into())], MISSING, "RFC 9110 section 5.1"),
        row("in a field that begins so", vec![("x-api-key2", good.into())], MISSING, "RFC 9110 section 5.1"),
        row("good", vec![key(good)], "", "RFC 9110 section 5.5"),
        row("spaces around", vec![key(format!(" {good}\t"))], "", "RFC 9110 section 5.5"),
        row(
            "the scheme in capitals",
            vec![authorization(format!("APIKEY   {good}"))],
            "",
            "RFC 9110 section 11.1",
        ),
        row(
            "beside a foreign scheme",
            vec![key(good), authorization("Negotiate x")],
            "",
            "authgate: the form of keys",
        ),
    ];
    for name in ["x-api-key", "api_key", "apikey", "key", "access_token"] {
        let target = format!("/me?{name}={good}");
        rows.push(Row {
            target: target.clone(),
            ..row("in the query", vec![], MISSING, "OAuth 2.1 section 5.1")
        });
        rows.push(Row {
            target,
            ..row("in the query, too", vec![key("x")], REJECTED, "OAuth 2.1 section 5.1")
        });
    }
    rows
}

fn table(known: &Known) -> Vec<Row> {
    [syntax_rows(&known.good), unknown_key_rows(known), multiple_key_rows(known), location_rows(&known.good)]
        .into_iter()
        .flatten()
        .collect()
}

/// Returns a difference between the response and the row.
async fn row_difference(app: &axum::Router, row: &Row) -> Option<String> {
    let mut request = Request::get(&row.target).body(Body::empty()).expect("a request");
    for (name, value) in &row.fields {
        let value = HeaderValue::from_bytes(value).expect("what a server lets through");
        request.headers_mut().append(HeaderName::from_static(name), value);
    }
    let answer = send(app, request).await;
    let is_as_said = if row.status == 200 {
        answer.status == 200 && answer.body == "ci"
    } else {
        answer.status == row.status
            && answer.reason() == row.reason
            && answer.challenges() == [r#"ApiKey realm="api""#]
            && answer.header("cache-control") == Some("no-store")
            && answer.header("vary") == Some("accept, x-api-key, authorization")
    };
    let all = format!("{:?} {}", answer.headers, answer.body);
    let repeats = row
        .fields
        .iter()
        .any(|(_, value)| value.len() > 12 && all.contains(&*String::from_utf8_lossy(value)));
    (!is_as_said || repeats).then(|| format!("{} ({}): {} {all}", row.what, row.rule, answer.status))
}

#[tokio::test]
async fn every_row_gets_the_expected_response() {
    let known = known();
    let (table, mut faults) = (table(&known), Vec::new());
    assert!(table.len() >= 120, "{} rows: some were lost", table.len());
    for row in &table {
        faults.extend(row_difference(&known.app, row).await);
    }
    assert!(faults.is_empty(), "{} of {} rows:\n{}", faults.len(), table.len(), faults.join("\n"));
}

/// Fails closed: no panic, no 500 and no hang for any request, while keys are added and removed.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_requests_are_answered_while_keys_change() {
    let keys = InMemoryApiKeys::new();
    let good = NewKey::generate("acme").expect("a key");
    keys.insert(good.digest(), KeyRecord::new(Machine { name: "ci" })).expect("a new one");
    let gate = Gate::<Machine>::builder().scheme(ApiKey::header("x-api-key", keys.clone()).realm("api"));
    let app = Router::new().route("/me", get(me)).with_state(gate.build().expect("complete"));
    let mut tasks = JoinSet::new();
    for task in 0..16 {
        let (app, keys, good) = (app.clone(), keys.clone(), good.text().to_owned());
        tasks.spawn(async move {
            for round in 0..100 {
                let value = if round % 2 == 0 { good.clone() } else { format!("unknown-{task}-{round}") };
                let answer = authgate_tests::ask::ask(&app, "GET /me", &[("x-api-key", &value)]).await;
                assert_eq!(answer.status, if round % 2 == 0 { 200 } else { 401 });
                if task == 0 {
                    let passing = NewKey::generate("acme").expect("a key").digest();
                    keys.insert(passing, KeyRecord::new(Machine { name: "passing" })).expect("a new one");
                    assert!(keys.remove(passing));
                }
            }
        });
    }
    tasks.join_all().await;
    assert_eq!(keys.len(), 1);
}
