//! Forged cookies, and login forms with a redirect to another site.

use authgate_tests::ask::send;
use authgate_tests::session::{COOKIE, Site};
use axum::body::Body;
use http::{HeaderValue, Request};

/// Description, `Cookie` lines, status, reason and rule. In the lines, `{id}` is a valid
/// session id.
type Row = (&'static str, Vec<Vec<u8>>, u16, &'static str, &'static str);

const OK: &str = "";
const MISSING: &str = "credentials_missing";
const MALFORMED: &str = "credentials_malformed";
const FORM: &str = "design section 4: malformed";
const TWO: &str = "RFC 6265bis section 4.2.2";
const ANOTHER: &str = "RFC 6265 section 5.4: another cookie";
const UNKNOWN: &str = "no such session, or nobody in it";

fn one_line(line: impl AsRef<[u8]>) -> Vec<Vec<u8>> {
    vec![line.as_ref().to_vec()]
}

fn two_lines(first: &str, second: &str) -> Vec<Vec<u8>> {
    vec![first.as_bytes().to_vec(), second.as_bytes().to_vec()]
}

fn cookie_rows(id: &str) -> Vec<Row> {
    let name = COOKIE;
    let good = format!("{COOKIE}={id}");
    let of = |value: &str| one_line(format!("{COOKIE}={value}"));
    let bytes = |value: &[u8]| one_line([format!("{COOKIE}=").as_bytes(), value].concat());
    let changed = if id.starts_with('A') { "B" } else { "A" };
    vec![
        ("good", one_line(&good), 200, OK, "as it was set"),
        ("among others", one_line(format!("a=b; {good}; c=d")), 200, OK, ANOTHER),
        ("in a line of its own", two_lines("a=b", &good), 200, OK, "RFC 9113 section 8.2.3"),
        ("without a space", one_line(format!("a=b;{good}")), 200, OK, "RFC 6265 section 4.2.1, leniently"),
        (
            "with tabs round it",
            one_line(format!("a=b;\t{good}\t;c")),
            200,
            OK,
            "RFC 6265 section 5.2, leniently",
        ),
        ("with empty ones", one_line(format!(";;; {good};;")), 200, OK, "RFC 6265 section 5.2, leniently"),
        ("empty line", one_line(""), 401, MISSING, "no cookie"),
        ("another name", one_line(format!("session={id}")), 401, MISSING, ANOTHER),
        ("lower case", one_line(format!("__host-session={id}")), 401, MISSING, ANOTHER),
        ("prefix of the name", one_line(format!("__Host-sessio={id}")), 401, MISSING, ANOTHER),
        ("longer name", one_line(format!("__Host-session2={id}")), 401, MISSING, ANOTHER),
        ("quoted name", one_line(format!("\"__Host-session\"={id}")), 401, MISSING, ANOTHER),
        ("within another's value", one_line(format!("a=\"x, {good}\"")), 401, MISSING, ANOTHER),
        ("joined by a comma", one_line(format!("a=b, {good}")), 401, MISSING, ANOTHER),
        ("encoded name", one_line(format!("%5F%5FHost-session={id}")), 401, MISSING, ANOTHER),
        ("of another server", of("AAAAAAAAAAAAAAAAAAAAAA"), 401, MISSING, UNKNOWN),
        ("all ones", of("_____________________w"), 401, MISSING, UNKNOWN),
        ("one letter changed", of(&format!("{changed}{}", &id[1..])), 401, MISSING, UNKNOWN),
        ("other case", of(&swap_case(id)), 401, MISSING, UNKNOWN),
        ("no value", one_line(name), 401, MALFORMED, FORM),
        ("empty value", of(""), 401, MALFORMED, FORM),
        ("a space", of(" "), 401, MALFORMED, FORM),
        ("one letter", of("A"), 401, MALFORMED, FORM),
        ("cut short", of(&id[..21]), 401, MALFORMED, FORM),
        ("cut in half", of(&id[..11]), 401, MALFORMED, FORM),
        ("a letter more", of(&format!("{id}A")), 401, MALFORMED, FORM),
        ("twice as long", of(&format!("{id}{id}")), 401, MALFORMED, FORM),
        ("quoted", of(&format!("\"{id}\"")), 401, MALFORMED, FORM),
        ("padded", of(&format!("{id}==")), 401, MALFORMED, FORM),
        ("two equal signs", of(&format!("={id}")), 401, MALFORMED, FORM),
        ("bits beyond the last byte", of("AAAAAAAAAAAAAAAAAAAAAB"), 401, MALFORMED, "RFC 4648 section 3.5"),
        ("the other alphabet", of("++++++++++++++++++++/A"), 401, MALFORMED, FORM),
        ("per cent encoded", of(&format!("%41{}", &id[1..])), 401, MALFORMED, FORM),
        ("signed, as by others", of(&format!("s%3A{id}.AAAA")), 401, MALFORMED, FORM),
        ("a token", of("eyJhbGciOiJub25lIn0.e30."), 401, MALFORMED, FORM),
        ("a number", of("1"), 401, MALFORMED, FORM),
        ("JSON", of("{\"id\":\"ada\"}"), 401, MALFORMED, FORM),
        ("SQL", of("' or 1=1 --"), 401, MALFORMED, FORM),
        ("a path", of("../../etc/passwd"), 401, MALFORMED, FORM),
        ("a wildcard", of("*"), 401, MALFORMED, FORM),
        ("bytes that are no text", bytes(b"\xff\xfe\x80\x80"), 401, MALFORMED, FORM),
        (
            "letters beyond ASCII",
            of("\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}"),
            401,
            MALFORMED,
            FORM,
        ),
        ("a tab within", of("AAAAAAAAAA\tAAAAAAAAAAA"), 401, MALFORMED, FORM),
        ("300 KiB", of(&"A".repeat(300 << 10)), 401, MALFORMED, "bounded: hyper lets it pass"),
        (
            "100,000 cookies",
            one_line(format!("{}{good}", "a=b;".repeat(50_000))),
            200,
            OK,
            "bounded: hyper lets it pass",
        ),
        ("the same twice", one_line(format!("{good}; {good}")), 401, MALFORMED, TWO),
        ("the same in two lines", two_lines(&good, &good), 401, MALFORMED, TWO),
        (
            "a planted one first",
            one_line(format!("{name}=AAAAAAAAAAAAAAAAAAAAAA; {good}")),
            401,
            MALFORMED,
            TWO,
        ),
        (
            "a planted one last",
            one_line(format!("{good}; {name}=AAAAAAAAAAAAAAAAAAAAAA")),
            401,
            MALFORMED,
            TWO,
        ),
        ("an empty one besides", one_line(format!("{good}; {name}=")), 401, MALFORMED, TWO),
        ("one without a value besides", one_line(format!("{name}; {good}")), 401, MALFORMED, TWO),
        ("10,000 of them", one_line(format!("{good};").repeat(10_000)), 401, MALFORMED, TWO),
    ]
}

fn swap_case(id: &str) -> String {
    let swap = |letter: char| {
        if letter.is_ascii_uppercase() { letter.to_ascii_lowercase() } else { letter.to_ascii_uppercase() }
    };
    // The last character carries only two bits: A, Q, g or w.
    id[..21].chars().map(swap).chain(id[21..].chars()).collect()
}

#[tokio::test]
async fn every_cookie_row_gets_the_expected_response() {
    let site = Site::new();
    let jar = site.signed_in("vera").await;
    let rows = cookie_rows(jar.get(COOKIE).expect("signed in"));
    assert!(rows.len() >= 50, "{} rows: some were lost", rows.len());
    for (what, lines, status, reason, rule) in rows {
        let what = format!("{what} ({rule})");
        let mut request = Request::get("/me");
        for line in lines {
            request =
                request.header("cookie", HeaderValue::from_bytes(&line).expect("hyper lets it through"));
        }
        let answer = send(&site.app, request.body(Body::empty()).expect("a request")).await;
        assert_eq!(answer.status.as_u16(), status, "{what}: {}", answer.body);
        if status == 200 {
            assert_eq!(answer.body, "vera", "{what}");
            continue;
        }
        assert_eq!(answer.reason(), reason, "{what}");
        assert_eq!(answer.challenges(), ["Cookie realm=\"app\""], "{what}, RFC 9110 section 11.6.1");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{what}");
        // A malformed cookie is removed, so that the browser does not keep sending it.
        let taken_away = answer.header("set-cookie").is_some_and(|line| line.contains("Max-Age=0; "));
        assert_eq!(taken_away, reason == MALFORMED, "{what}");
        let secure = answer.header("set-cookie").is_none_or(|line| line.ends_with("; Secure"));
        assert!(secure, "{what}: browsers do not heed it without");
    }
    assert_eq!(site.store.sessions(), 1, "nothing was made of what was sent");
}

/// Any caller can sign in, whatever cookie the browser has.
#[tokio::test]
async fn sign_in_works_with_any_existing_cookie() {
    let site = Site::new();
    for line in ["=", "=A", "=AAAAAAAAAAAAAAAAAAAAAA", "=A; __Host-session=B", ""] {
        let form = "application/x-www-form-urlencoded";
        let request = Request::post("/login").header("cookie", format!("{COOKIE}{line}"));
        let request = request.header("content-type", form).body(Body::from("who=vera"));
        let answer = send(&site.app, request.expect("a request")).await;
        assert_eq!(answer.status, 303, "{line}");
        let cookie = answer.header("set-cookie").expect("a cookie").split(';').next().expect("a pair");
        let answer = authgate_tests::ask::ask(&site.app, "GET /me", &[("cookie", cookie)]).await;
        answer.assert_is(200, "vera");
    }
}

/// A target on another site becomes `/`.
#[tokio::test]
async fn return_to_another_site_redirects_to_the_root() {
    let site = Site::new();
    for (target, leads_to) in [
        ("/me", "/me"),
        ("/me%3Fa%3Db", "/me?a=b"),
        ("%2F%2Fevil.example", "/"),
        ("//evil.example", "/"),
        ("///evil.example", "/"),
        ("/%5Cevil.example", "/"),
        ("%5C%5Cevil.example", "/"),
        ("%5C/evil.example", "/"),
        ("/%09/evil.example", "/"),
        ("/%0A/evil.example", "/"),
        ("%09//evil.example", "/"),
        ("%20//evil.example", "/"),
        ("/a%0D%0ASet-Cookie:%20a=b", "/"),
        ("/a%00", "/"),
        ("https:evil.example", "/"),
        ("https://evil.example", "/"),
        ("https:/evil.example", "/"),
        ("HTTPS:%5C%5Cevil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("data:text/html,x", "/"),
        ("evil.example", "/"),
        ("@evil.example", "/"),
        (".evil.example", "/"),
        ("%3Ca%3E", "/"),
        ("/%22%3E%3Cscript%3E", "/"),
        ("/%D0%BF", "/"),
        ("", "/"),
        ("/%FF%FE", "/"),
    ] {
        let form = format!("who=vera&return_to={target}");
        let answer = post(&site, "application/x-www-form-urlencoded", form.into_bytes()).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, Some(leads_to)), "{target:?}");
    }
}

#[tokio::test]
async fn malformed_login_form_creates_no_session() {
    let site = Site::new();
    let form = "application/x-www-form-urlencoded";
    for (content_type, body, status) in [
        ("", "who=vera".into(), 415),
        ("text/plain", "who=vera".into(), 415),
        ("application/json", "{\"who\":\"vera\"}".into(), 415),
        ("multipart/form-data; boundary=a", "--a--".into(), 415),
        ("application/xml", "who=vera".into(), 415),
        ("/", "who=vera".into(), 415),
        (form, String::new(), 422),
        (form, "&&&=".into(), 422),
        (form, "who".into(), 303),
        (form, "who=vera&who=ada".into(), 422),
        (form, "who=vera&return_to=/a&return_to=//b".into(), 422),
        (form, "who[]=vera".into(), 422),
        (form, "return_to=/me".into(), 422),
        (form, "who=%00".into(), 303),
        (form, "who=%FF".into(), 303),
        (form, "who=%zz".into(), 303),
        (form, format!("who={}", "a".repeat(1 << 20)), 303),
        (form, format!("who={}", "a".repeat(3 << 20)), 413),
    ] {
        let what = body.chars().take(40).collect::<String>();
        let answer = post(&site, content_type, body.into_bytes()).await;
        assert_eq!(answer.status.as_u16(), status, "{content_type}: {what}: {}", answer.body);
        assert_eq!(answer.header("set-cookie"), None, "{what}: nobody has signed in");
    }
    assert_eq!(site.store.sessions(), 0);
}

async fn post(site: &Site, content_type: &str, body: Vec<u8>) -> authgate_tests::ask::Answer {
    let request = Request::post("/login").header("content-type", content_type).body(Body::from(body));
    send(&site.app, request.expect("a request")).await
}

/// Guessed ids cost a lookup in the store and leave nothing behind.
#[tokio::test]
async fn guessed_session_ids_create_no_session() {
    let site = Site::new();
    for number in 0..2000_u32 {
        let id = format!("{COOKIE}=AAAAAAAAAAAAAAAAA{number:04}w");
        let answer = authgate_tests::ask::ask(&site.app, "GET /me", &[("cookie", &id)]).await;
        assert_eq!((answer.status.as_u16(), answer.header("set-cookie")), (401, None));
    }
    assert_eq!(site.store.sessions(), 0);
}
